import { styleText } from 'node:util';
import Table, { type HorizontalAlignment } from 'cli-table3';

/** A column of a table in a terminal. */
export interface PlainColumn {
  readonly title: string;
  /** Default: left. */
  readonly align?: HorizontalAlignment;
}

/** Formats a table without lines, as demos end with: its head is dim, and no line ends with a space. */
export function formatPlainTable(
  columns: readonly PlainColumn[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: NO_LINES,
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  const [head = '', ...rest] = table.toString().split('\n');
  return [styleText('dim', head), ...rest].map((line) => line.trimEnd()).join('\n');
}

const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
);
