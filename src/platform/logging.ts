import { pino } from 'pino';
import type { Settings } from '../settings.ts';

/** A structured logger: JSON lines on standard output, one object an event. */
export type Logger = pino.Logger;

/** Keys whose values never reach a log, wherever in an event they stand. */
const SECRET_KEYS = ['authorization', 'Authorization', 'password', 'secretKey', 'databaseUrl', 'cookie'];

/**
 * The logger of one process. Children carry what they are about: `requestId`, `memberId`, `taskId`.
 *
 * @param processName what this process is (`server`, `engine`, `worker`, …); stands in every line.
 */
export function createLogger(settings: Pick<Settings, 'logLevel'>, processName: string): Logger {
  return pino({
    level: settings.logLevel,
    base: { process: processName, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
  });
}
