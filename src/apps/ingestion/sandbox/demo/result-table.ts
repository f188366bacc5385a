import { styleText } from 'node:util';
import Table from 'cli-table3';

/** Something that was done. */
export interface DoneLine {
  readonly what: string;
  /** Undefined where rows say nothing. */
  readonly rows: number | undefined;
  /** Undefined where it did not come to its end. */
  readonly seconds: number | undefined;
  readonly outcome: string;
}

/** Formats what was done, a line for each. */
export function formatDoneLines(lines: readonly DoneLine[]): string {
  const table = new Table({
    head: ['What', 'Rows', 'Took', 'Rows/s', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    chars: NO_LINES,
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    ...lines.map(({ what, rows, seconds, outcome }) => [
      what,
      rows?.toLocaleString('en') ?? '',
      seconds === undefined ? '' : `${seconds.toFixed(2)} s`,
      rows !== undefined && seconds !== undefined && seconds > 0
        ? Math.round(rows / seconds).toLocaleString('en')
        : '',
      outcome,
    ]),
  );
  const [head = '', ...rest] = table.toString().split('\n');
  return [styleText('dim', head), ...rest].map((line) => line.trimEnd()).join('\n');
}

const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
);
