import type { Database } from '../../../../platform/database/connection.ts';
import { inCancellableTransaction } from '../../databases/cancellable-transaction.ts';
import type { StoredIndex } from './stored-indexes.ts';

/** Builds the index of the words, where it is not there yet, and stores how many documents there are. */
export async function finishStoredIndex(
  database: Database,
  { name, table, wordsIndex }: StoredIndex,
  signal: AbortSignal | undefined,
): Promise<void> {
  await inCancellableTransaction(database, signal, async (transaction) => {
    // Parallel workers would take the processors that the live database needs.
    await transaction.raw(
      `SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL max_parallel_maintenance_workers = 0`,
    );
    await transaction.raw(`CREATE INDEX IF NOT EXISTS ${wordsIndex} ON ${table} USING gin (words)`);
    await transaction.raw('SELECT gin_clean_pending_list(?::regclass)', [`search.${wordsIndex}`]);
    await transaction.raw(`ANALYZE ${table}`);
    await transaction.raw(
      `UPDATE search.indexes SET document_count = (SELECT count(*) FROM ${table}) WHERE name = ?`,
      [name],
    );
  });
}
