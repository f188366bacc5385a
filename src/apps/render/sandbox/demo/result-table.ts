import { formatPlainTable } from '../../../../app-kit/sandbox/plain-table.ts';

/** A worksheet that was made. */
export interface MadeWorksheet {
  readonly filename: string;
  readonly pageCount: number;
  readonly sizeBytes: number;
  /** From the order to the document. */
  readonly seconds: number;
}

/** Formats what was made, a line for each worksheet, with its number on the contact sheet. */
export function formatMadeWorksheets(made: readonly MadeWorksheet[]): string {
  return formatPlainTable(
    [
      { title: '', align: 'right' },
      { title: 'Worksheet' },
      { title: 'Pages', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Ready after', align: 'right' },
    ],
    made.map(({ filename, pageCount, sizeBytes, seconds }, index) => [
      String(index + 1),
      filename,
      String(pageCount),
      `${Math.max(1, Math.round(sizeBytes / 1_000))} kB`,
      `${seconds.toFixed(2)} s`,
    ]),
  );
}
