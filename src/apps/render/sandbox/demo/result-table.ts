import { styleText } from 'node:util';
import Table from 'cli-table3';

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
  const table = new Table({
    head: ['', 'Worksheet', 'Pages', 'Size', 'Ready after'],
    colAligns: ['right', 'left', 'right', 'right', 'right'],
    chars: NO_LINES,
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    ...made.map(({ filename, pageCount, sizeBytes, seconds }, index) => [
      String(index + 1),
      filename,
      String(pageCount),
      `${Math.max(1, Math.round(sizeBytes / 1_000))} kB`,
      `${seconds.toFixed(2)} s`,
    ]),
  );
  const [head = '', ...rows] = table.toString().split('\n');
  return [styleText('dim', head), ...rows].map((line) => line.trimEnd()).join('\n');
}

const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
);
