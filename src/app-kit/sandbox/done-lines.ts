import { formatPlainTable } from './plain-table.ts';

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
  return formatPlainTable(
    [
      { title: 'What' },
      { title: 'How much', align: 'right' },
      { title: 'Took', align: 'right' },
      { title: 'A second', align: 'right' },
      { title: '' },
    ],
    lines.map(({ what, count, unit, seconds, note }) => [
      what,
      `${count.toLocaleString('en')} ${unit}`,
      `${seconds.toFixed(2)} s`,
      seconds > 0 ? (count / seconds).toLocaleString('en', { maximumSignificantDigits: 3 }) : '',
      note,
    ]),
  );
}
