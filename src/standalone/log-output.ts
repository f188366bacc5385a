import { stripVTControlCharacters, styleText } from 'node:util';
import { createStream } from 'rotating-file-stream';

/** Where one process's output goes: to a file of bounded size. */
export interface LogFile {
  write(text: string): void;
  close(): Promise<void>;
}

/** Opens `<name>.log` in a folder. Past 5 MB it becomes `<name>.log.1`, and so on; four of them are kept. */
export function openLogFile(directory: string, name: string): LogFile {
  const stream = createStream((_time, index) => (index ? `${name}.log.${index}` : `${name}.log`), {
    path: directory,
    size: '5M',
    rotate: 3,
  });
  // A disk that is full must not end what is logged; the terminal still shows what went wrong.
  stream.on('error', () => {});
  return {
    write: (text) => stream.write(text),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

/** One event of a process's log. */
export interface LogEvent {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Fields that are not shown: the line has the name of the process already, and the others are the same in every line. */
const CONTEXT_FIELDS = new Set(['level', 'time', 'pid', 'hostname', 'process', 'msg']);

const LOUD_LEVELS = new Set(['warn', 'error', 'fatal']);
const LONGEST_VALUE = 300;

/** Reads a line of a structured log; undefined if it is some other text. */
export function readLogLine(line: string): LogEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof event !== 'object' || event === null || !('level' in event)) return undefined;
  return {
    level: String(event.level),
    message: 'msg' in event ? String(event.msg) : '',
    fields: Object.fromEntries(Object.entries(event).filter(([key]) => !CONTEXT_FIELDS.has(key))),
  };
}

/** Whether an event is one that a person at the terminal should see. */
export function isLoud({ level }: LogEvent): boolean {
  return LOUD_LEVELS.has(level);
}

/** An event as one line for the terminal: when, who, how bad, what. */
export function formatEvent(processName: string, event: LogEvent, at = new Date()): string {
  const level =
    event.level === 'warn' ? styleText('yellow', 'warning') : styleText('red', event.level.padEnd(7));
  const fields = Object.entries(event.fields).map(([key, value]) =>
    styleText('dim', `${key}=${formatValue(value)}`),
  );
  return [
    styleText('dim', at.toTimeString().slice(0, 8)),
    styleText('cyan', processName.padEnd(8)),
    level,
    oneLine(event.message),
    ...fields,
  ].join(' ');
}

/** A text that may come from anywhere, without what would take over the terminal or break the line. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
}

function formatValue(value: unknown): string {
  // pino writes errors with their stack, which the file keeps.
  if (typeof value === 'object' && value !== null && 'message' in value) {
    return oneLine(JSON.stringify(value.message));
  }
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}
