import type { Database } from '../../../platform/database/connection.ts';
import { RefreshRefusedError, type StepContext } from '../refreshes/step.ts';
import type { CopyResult, IndexResult } from '../refreshes/step-results.ts';
import { quotedTable, type TableName } from './table-definition.ts';

/** Counts the rows of a table. */
export async function countRows(database: Database, name: TableName): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    `SELECT count(*)::float8 AS count FROM ${quotedTable(name)}`,
  );
  return rows[0]?.count ?? 0;
}

/**
 * Checks that a copied table has the rows that upstream had, without those that are deleted.
 *
 * @throws {RefreshRefusedError}
 */
export async function checkCopiedRows(
  database: Database,
  name: TableName,
  { tables }: CopyResult,
): Promise<number> {
  const copied = tables[name.table];
  if (!copied) throw new RefreshRefusedError(`The table ${name.table} was not copied`);
  const count = await countRows(database, name);
  const expected = copied.snapshotRows - copied.deletedRows;
  if (count !== expected || copied.rows !== expected) {
    throw new RefreshRefusedError(
      `The copy of ${name.table} has ${count} rows, and should have ${expected}: upstream had ${copied.snapshotRows} rows, and ${copied.deletedRows} of them are deleted`,
    );
  }
  return count;
}

/** Checks that every row has a document, except those that have none by rule, and those that were refused and reported. */
export async function checkDocuments(
  { searchEngine, signal }: Pick<StepContext, 'searchEngine' | 'signal'>,
  { indexName, rows, removed, failed }: IndexResult,
): Promise<number> {
  const count = await searchEngine.count(indexName, { signal });
  const expected = rows - removed - failed;
  if (count !== expected) {
    throw new RefreshRefusedError(
      `The index ${indexName} has ${count} documents, and should have ${expected}: of ${rows} rows, ${removed} are removed and ${failed} failed`,
    );
  }
  return count;
}
