import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { storableText } from '../../../platform/database/storable-text.ts';
import type { IndexedSlice, SliceCounts } from './index-rows.ts';
import type { Slice } from './plan-slices.ts';

const LONGEST_REASON_CHARACTERS = 1_000;

/** A slice, as it is stored. */
export interface StoredSlice extends Slice {
  readonly state: 'waiting' | 'done' | 'failed';
  readonly taskId: string | null;
}

/** All slices of a refresh together. */
export interface SliceTotals extends SliceCounts {
  readonly sliceCount: number;
  readonly unfinishedCount: number;
}

/** Stores slices, and the tasks that index them. */
export async function insertSlices(
  transaction: Knex.Transaction,
  refreshId: string,
  slices: readonly Slice[],
  taskIds: readonly string[],
): Promise<void> {
  await transaction.batchInsert(
    'ingestion.slices',
    slices.map(({ number, firstId, lastId }, index) => ({
      refresh_id: refreshId,
      number,
      first_id: firstId,
      last_id: lastId,
      task_id: taskIds[index] ?? null,
    })),
    1_000,
  );
}

/** Returns one slice; `undefined` if the refresh has none of this number. */
export function findSlice(
  database: DatabaseOrTransaction,
  refreshId: string,
  number: number,
): Promise<StoredSlice | undefined> {
  return selectSlices(database, refreshId).where({ number }).first();
}

/** Returns the slices of a refresh that are not done. */
export function unfinishedSlices(
  database: DatabaseOrTransaction,
  refreshId: string,
): Promise<readonly StoredSlice[]> {
  return selectSlices(database, refreshId).whereNot({ state: 'done' }).orderBy('number');
}

/** Adds up what the slices of a refresh have come to. */
export async function totalsOf(database: DatabaseOrTransaction, refreshId: string): Promise<SliceTotals> {
  const { rows } = await database.raw<{ rows: SliceTotals[] }>(
    `SELECT count(*)::float8 AS "sliceCount",
       count(*) FILTER (WHERE state <> 'done')::float8 AS "unfinishedCount",
       coalesce(sum(row_count), 0)::float8 AS "rowCount",
       coalesce(sum(document_count), 0)::float8 AS "documentCount",
       coalesce(sum(removed_count), 0)::float8 AS "removedCount",
       coalesce(sum(failed_count), 0)::float8 AS "failedCount"
     FROM ingestion.slices WHERE refresh_id = ?::uuid`,
    [refreshId],
  );
  const [totals] = rows;
  if (!totals) throw new Error(`The slices of the refresh ${refreshId} cannot be added up`);
  return totals;
}

/** Stores how many rows of a slice that is not done are. */
export async function storeSliceRows(
  database: DatabaseOrTransaction,
  refreshId: string,
  number: number,
  rowCount: number,
): Promise<void> {
  await database('ingestion.slices')
    .where({ refresh_id: refreshId, number, state: 'waiting' })
    .update({ row_count: rowCount, began: database.raw('coalesce(began, clock_timestamp())') });
}

/** Stores that a slice is done, what it has come to, and its failed documents. Returns whether it was not done before. */
export async function storeSliceEnd(
  transaction: Knex.Transaction,
  refreshId: string,
  number: number,
  { rowCount, documentCount, removedCount, failedCount, failures }: IndexedSlice,
): Promise<boolean> {
  const updated = await transaction('ingestion.slices')
    .where({ refresh_id: refreshId, number, state: 'waiting' })
    .update({
      state: 'done',
      row_count: rowCount,
      document_count: documentCount,
      removed_count: removedCount,
      failed_count: failedCount,
      began: transaction.raw('coalesce(began, clock_timestamp())'),
      ended: transaction.raw('clock_timestamp()'),
    });
  if (updated === 0) return false;
  const rows = failures.map(({ id, reason }) => ({
    refresh_id: refreshId,
    row_id: id,
    slice_number: number,
    reason: storableText(reason).slice(0, LONGEST_REASON_CHARACTERS),
  }));
  if (rows.length > 0) {
    await transaction('ingestion.document_errors').insert(rows).onConflict(['refresh_id', 'row_id']).merge();
  }
  return true;
}

/** Stores that a slice has failed for good. */
export async function storeSliceFailure(
  transaction: Knex.Transaction,
  refreshId: string,
  number: number,
): Promise<void> {
  await transaction('ingestion.slices')
    .where({ refresh_id: refreshId, number, state: 'waiting' })
    .update({ state: 'failed', ended: transaction.raw('clock_timestamp()') });
}

function selectSlices(
  database: DatabaseOrTransaction,
  refreshId: string,
): Knex.QueryBuilder<StoredSlice, StoredSlice[]> {
  return database('ingestion.slices')
    .where({ refresh_id: refreshId })
    .select<StoredSlice[]>(
      'number',
      'first_id AS firstId',
      'last_id AS lastId',
      'state',
      'task_id AS taskId',
    );
}
