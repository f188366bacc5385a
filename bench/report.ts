import CliTable from 'cli-table3';

/** One line of the report. */
export interface Row {
  readonly work: string;
  readonly measured: string;
  /** What the peer needed for the same work in the same run, or why it could not be measured. */
  readonly peer?: string;
  /** How many times as fast as the peer. */
  readonly ratio?: string;
  readonly goal?: string;
}

/** A table with columns of its own. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Prints a table of what was measured. */
export function print(title: string, rows: readonly Row[]): void {
  printTable({
    title,
    head: ['work', 'measured', 'peer', 'ratio', 'goal'],
    rows: rows.map(({ work, measured, peer = '', ratio = '', goal = '' }) => [
      work,
      measured,
      peer,
      ratio,
      goal,
    ]),
  });
}

/** Likewise, with the columns that the table names. */
export function printTable({ title, head, rows }: Table): void {
  const isOneLineEach = !rows.flat().some((cell) => cell.includes('\n'));
  const table = new CliTable({ head: [...head], style: { head: [], border: [], compact: isOneLineEach } });
  for (const row of rows) table.push([...row]);
  process.stdout.write(`\n${title}\n${table}\n`);
}
