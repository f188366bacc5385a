import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { inCancellableTransaction } from '../../databases/cancellable-transaction.ts';
import type { FilteredCopy } from '../search-engine.ts';
import { type IdRange, type SensitiveTerms, sensitiveIds } from './sensitive-documents.ts';
import type { StoredIndex } from './stored-indexes.ts';

const DOCUMENTS_PER_BATCH = 5_000;

const LOWEST_ID = -(2n ** 63n);

/** Options of {@link copyDocuments}. */
export interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((copiedCount: number, totalCount: number) => void) | undefined;
}

/** Copies the documents of an index into another, without those that have a term. */
export async function copyDocuments(
  database: Database,
  source: StoredIndex,
  target: StoredIndex,
  terms: SensitiveTerms | undefined,
  { signal, progress = () => {} }: CopyOptions,
): Promise<FilteredCopy> {
  const totalCount = await countDocuments(database, source.table);
  let copiedCount = 0;
  let leftOutCount = 0;
  for await (const { count, ...range } of batchesOf(database, source.table)) {
    const left = await inCancellableTransaction(database, signal, async (transaction) => {
      const ids = terms ? await sensitiveIds(transaction, source.table, range, terms) : [];
      await transaction.raw(
        `INSERT INTO ${target.table} (id, document, words)
         SELECT id, document, words FROM ${source.table}
         WHERE id BETWEEN ?::bigint AND ?::bigint AND id <> ALL (?::bigint[])
         ON CONFLICT (id) DO UPDATE SET document = excluded.document, words = excluded.words`,
        [range.firstId, range.lastId, arrayLiteral(ids)],
      );
      return ids.length;
    });
    copiedCount += count - left;
    leftOutCount += left;
    progress(copiedCount + leftOutCount, Math.max(totalCount, copiedCount + leftOutCount));
  }
  return { copiedCount, leftOutCount };
}

/** Removes the documents that have a term; returns how many there were. */
export async function removeSensitive(
  database: Database,
  { table }: StoredIndex,
  terms: SensitiveTerms,
): Promise<number> {
  let removedCount = 0;
  for await (const range of batchesOf(database, table)) {
    const ids = await sensitiveIds(database, table, range, terms);
    await database.raw(`DELETE FROM ${table} WHERE id = ANY (?::bigint[])`, [arrayLiteral(ids)]);
    removedCount += ids.length;
  }
  return removedCount;
}

/** Counts the documents in a table. */
export async function countDocuments(database: Database, table: string): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: string }[] }>(
    `SELECT count(*) AS count FROM ${table}`,
  );
  return Number(rows[0]?.count ?? 0);
}

async function* batchesOf(
  database: Database,
  table: string,
): AsyncGenerator<IdRange & { readonly count: number }> {
  let firstId = LOWEST_ID;
  for (;;) {
    const { rows } = await database.raw<{ rows: { lastId: string | null; count: string }[] }>(
      `SELECT max(id) AS "lastId", count(*) AS count
       FROM (SELECT id FROM ${table} WHERE id >= ?::bigint ORDER BY id LIMIT ?) AS batch`,
      [String(firstId), DOCUMENTS_PER_BATCH],
    );
    const lastId = rows[0]?.lastId ?? null;
    if (lastId === null) return;
    yield { firstId: String(firstId), lastId, count: Number(rows[0]?.count ?? 0) };
    firstId = BigInt(lastId) + 1n;
    if (firstId >= -LOWEST_ID) return;
  }
}
