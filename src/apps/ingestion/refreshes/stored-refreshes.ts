import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import type { Refresh } from './refresh.ts';

/** Refreshes that one list returns at most. */
export const MOST_LISTED = 1_000;

/** Finds a refresh; `undefined` if there is none. */
export function findRefresh(database: DatabaseOrTransaction, id: string): Promise<Refresh | undefined> {
  return selectRefreshes(database).where({ id }).first();
}

/** Finds a refresh, and keeps others from changing it until the transaction ends. */
export function lockRefresh(transaction: Knex.Transaction, id: string): Promise<Refresh | undefined> {
  return selectRefreshes(transaction).where({ id }).forUpdate().first();
}

/** Lists the newest {@link MOST_LISTED} refreshes, in the order in which they ended; those that have not come last. */
export async function listRefreshes(database: DatabaseOrTransaction): Promise<readonly Refresh[]> {
  const newest = await selectRefreshes(database)
    .orderBy([{ column: 'ingestion.refreshes.created', order: 'desc' }, { column: 'id' }])
    .limit(MOST_LISTED);
  return newest.toSorted((one, other) => sortKey(one).localeCompare(sortKey(other)));
}

/** Finds the refresh of a model that runs; `undefined` if none does. */
export function findAdmitted(database: DatabaseOrTransaction, model: string): Promise<Refresh | undefined> {
  return selectRefreshes(database)
    .where({ model })
    .whereNotNull('ingestion.refreshes.admitted')
    .whereNull('ingestion.refreshes.ended')
    .first();
}

/**
 * Finds the ingest of a model whose tables and index wait for their promotion; `undefined` if none does.
 *
 * @param indexSuffix that of its index. Default: any.
 */
export function findReady(
  database: DatabaseOrTransaction,
  model: string,
  indexSuffix?: string,
): Promise<Refresh | undefined> {
  return selectRefreshes(database)
    .where({ model, state: 'ready', ...(indexSuffix === undefined ? {} : { index_suffix: indexSuffix }) })
    .orderBy('ingestion.refreshes.ended', 'desc')
    .first();
}

/** Selects refreshes as {@link Refresh}. Conditions name the columns of `ingestion.refreshes`. */
export function selectRefreshes(database: DatabaseOrTransaction): Knex.QueryBuilder<Refresh, Refresh[]> {
  return database('ingestion.refreshes').select<Refresh[]>(
    'id',
    'model',
    'action',
    'state',
    'index_suffix AS indexSuffix',
    'alias',
    isoTimestamp(database, 'since_date', 'sinceDate'),
    'origin_index_suffix AS originIndexSuffix',
    'destination_index_suffix AS destinationIndexSuffix',
    'is_forced AS isForced',
    'callback_url AS callbackUrl',
    'requested_by AS requestedBy',
    'follows AS followsId',
    'progress',
    'error',
    'is_bad_request AS isBadRequest',
    'message',
    'cancelled_by AS cancelledBy',
    isoTimestamp(database, 'ingestion.refreshes.created', 'created'),
    isoTimestamp(database, 'ingestion.refreshes.admitted', 'admitted'),
    isoTimestamp(database, 'ingestion.refreshes.ended', 'ended'),
  );
}

/** What has not ended sorts behind everything that has, by when it was accepted. */
function sortKey({ ended, created }: Refresh): string {
  return ended === null ? `2 ${created}` : `1 ${ended}`;
}
