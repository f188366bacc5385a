import { createLogger, type Logger } from '../../src/platform/logging.ts';

/** A real logger whose lines a test reads. */
export interface CapturedLog {
  readonly logger: Logger;
  /** The lines so far, as they were written. */
  readonly lines: readonly string[];
  /** The same, parsed. */
  events(): Record<string, unknown>[];
}

/** Makes a logger that keeps every line of every level. */
export function captureLog(): CapturedLog {
  const lines: string[] = [];
  return {
    logger: createLogger({ logLevel: 'trace' }, 'test', { write: (line) => void lines.push(line) }),
    lines,
    events: () => lines.map((line) => JSON.parse(line)),
  };
}
