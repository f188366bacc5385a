import Table from 'cli-table3';

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

/** Prints a table of what was measured. */
export function print(title: string, rows: readonly Row[]): void {
  const table = new Table({
    head: ['work', 'measured', 'peer', 'ratio', 'goal'],
    style: { head: [], border: [] },
  });
  for (const { work, measured, peer = '', ratio = '', goal = '' } of rows)
    table.push([work, measured, peer, ratio, goal]);
  process.stdout.write(`\n${title}\n${table}\n`);
}
