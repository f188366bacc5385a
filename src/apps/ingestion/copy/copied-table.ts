import { CopyBrokenOffError } from './copy-failures.ts';
import type { TablePlan } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';
import { buildPrimaryKey, removeDeletedRows } from './next-tables.ts';

/** What the copy of a table has come to. */
export type CopiedTable = {
  /** Rows that the copy has. */
  readonly rows: number;
  /** Rows that upstream had, the limit counted. */
  readonly snapshotRows: number;
  /** Rows that were left out, as they are deleted. */
  readonly deletedRows: number;
  /** The columns that were copied. */
  readonly columns: string[];
};

/**
 * Ends the copy of a table whose rows are there: leaves out deleted rows, and builds the primary key.
 *
 * @throws {CopyBrokenOffError} if the rows are not those that upstream has counted.
 */
export async function completeTable(
  session: CopySession,
  plan: TablePlan,
  snapshotRows: number,
  copiedRows: number,
): Promise<CopiedTable> {
  if (copiedRows !== snapshotRows) {
    throw new CopyBrokenOffError(
      `Upstream has counted ${snapshotRows} rows of ${plan.table.name}, and ${copiedRows} came`,
    );
  }
  const deletedRows = await removeDeletedRows(session, plan);
  await buildPrimaryKey(session, plan);
  return {
    rows: copiedRows - deletedRows,
    snapshotRows,
    deletedRows,
    columns: plan.columns.map(({ name }) => name),
  };
}
