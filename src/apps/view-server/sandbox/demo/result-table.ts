import { styleText } from 'node:util';
import Table from 'cli-table3';

/** Something that was done. */
export interface DoneLine {
  readonly what: string;
  readonly count: number;
  /** What was counted: `scenes`. */
  readonly unit: string;
  readonly seconds: number;
  readonly note: string;
}

/** Formats what was done, a line for each. */
export function formatDoneLines(lines: readonly DoneLine[]): string {
  const table = new Table({
    head: ['What', 'How much', 'Took', 'A second', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    chars: NO_LINES,
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    ...lines.map(({ what, count, unit, seconds, note }) => [
      what,
      `${count.toLocaleString('en')} ${unit}`,
      `${seconds.toFixed(2)} s`,
      seconds > 0 ? (count / seconds).toLocaleString('en', { maximumSignificantDigits: 3 }) : '',
      note,
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
