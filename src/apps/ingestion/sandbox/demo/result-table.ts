import { formatPlainTable } from '../../../../app-kit/sandbox/plain-table.ts';

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
  return formatPlainTable(
    [
      { title: 'What' },
      { title: 'Rows', align: 'right' },
      { title: 'Took', align: 'right' },
      { title: 'Rows/s', align: 'right' },
      { title: '' },
    ],
    lines.map(({ what, rows, seconds, outcome }) => [
      what,
      rows?.toLocaleString('en') ?? '',
      seconds === undefined ? '' : `${seconds.toFixed(2)} s`,
      rows !== undefined && seconds !== undefined && seconds > 0
        ? Math.round(rows / seconds).toLocaleString('en')
        : '',
      outcome,
    ]),
  );
}
