import { type DestinationStream, pino } from 'pino';
import { describeError, hasTooManyCauses, isError } from './error-description.ts';
import type { PlatformSettings } from './settings.ts';

/** A structured logger: JSON lines on standard output, one object an event. */
export type Logger = pino.Logger;

/** What a line has in place of a secret. */
const CENSORED = '[secret]';

/** Keys whose values never reach a log, at whatever depth they stand, in any case, with dashes or underscores. */
const SECRET_KEY =
  /authorization|cookie|credential|password|passwd|secret|databaseurl|cacheurl|(token|apikey)$/i;

/** The password in a URL that some text quotes, up to the last `@` before the path. */
const PASSWORD_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]+@/gi;

/** The credentials of an `Authorization` header that some text quotes; "basic" before a plain word is English. */
const CREDENTIALS = /\b(bearer|basic|digest) +(?![a-z]+\b)[\w.~+/=-]+/gi;

/** Lines without any of these words have nothing to censor; most lines are such. */
const MAY_HOLD_SECRET =
  /authorization|cookie|credential|passw|secret|url|token|api.?key|:\/\/|bearer|basic|digest/i;

/**
 * The logger of one process. Children carry what they are about: `requestId`, `memberId`, `taskId`. Errors are
 * under `err` or `error`, with their stack and what caused them.
 *
 * @param processName what this process is (`server`, `engine`, `worker`, …); every line has it.
 * @param destination takes the lines. Default: standard output.
 */
export function createLogger(
  settings: Pick<PlatformSettings, 'logLevel'>,
  processName: string,
  destination: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: { process: processName, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError, error: serializeError },
      hooks: { streamWrite: censor },
    },
    destination,
  );
}

/** An error as the log shows it. Never throws, whatever was thrown: a failure that cannot be logged is worse than one. */
function serializeError(thrown: unknown): unknown {
  if (!isError(thrown)) return plainValue(thrown);
  if (hasTooManyCauses(thrown)) return describeError(thrown);
  try {
    return pino.stdSerializers.errWithCause(thrown);
  } catch {
    // It is frozen, or one of its parts cannot be read.
    return describeError(thrown);
  }
}

/** Objects are left to pino, but for those that JSON cannot hold. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) === undefined ? describeError(value).message : value;
  } catch {
    return describeError(value).message;
  }
}

/**
 * A line without its secrets. It works on the finished line, so that nothing gets round it: not the bindings of
 * children, not what an error carries, at no depth.
 */
function censor(line: string): string {
  if (!MAY_HOLD_SECRET.test(line)) return line;
  const event = JSON.parse(line, (key, value) => {
    if (SECRET_KEY.test(key.replaceAll(/[-_]/g, ''))) return CENSORED;
    return typeof value === 'string' ? censorText(value) : value;
  });
  return `${JSON.stringify(event)}\n`;
}

function censorText(text: string): string {
  return text.replaceAll(PASSWORD_IN_URL, `$1:${CENSORED}@`).replaceAll(CREDENTIALS, `$1 ${CENSORED}`);
}
