import type { Database, DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { RefreshRefusedError } from '../refreshes/step.ts';
import { lockRefresh } from '../refreshes/stored-refreshes.ts';

/** What a promotion means to do; written before it does it. */
export interface PromotionIntent {
  readonly refreshId: string;
  readonly model: string;
  readonly kind: 'promotion' | 'roll-back';
  readonly state: 'intended' | 'swapped' | 'done' | 'reverted';
  readonly alias: string;
  /** The index that the alias pointed to before; `null` if there was no such alias. */
  readonly previousIndex: string | null;
  /** The index that the alias is to point to; `null` if there is to be no such alias. */
  readonly indexName: string | null;
}

/**
 * Writes an intent, or returns the one that an earlier attempt has written. From then on the refresh cannot be cancelled.
 *
 * @throws {RefreshRefusedError} if the refresh has ended: it was cancelled.
 */
export function recordIntent(
  database: Database,
  intent: Omit<PromotionIntent, 'state'>,
): Promise<PromotionIntent> {
  return database.transaction(async (transaction) => {
    const refresh = await lockRefresh(transaction, intent.refreshId);
    if (!refresh || refresh.ended !== null) throw new RefreshRefusedError('The refresh has ended');
    await transaction('ingestion.promotions')
      .insert({
        refresh_id: intent.refreshId,
        model: intent.model,
        kind: intent.kind,
        alias: intent.alias,
        previous_index: intent.previousIndex,
        index_name: intent.indexName,
      })
      .onConflict('refresh_id')
      .ignore();
    const stored = await findIntent(transaction, intent.refreshId);
    if (!stored) throw new Error(`The intent of ${intent.refreshId} was not stored`);
    return stored;
  });
}

/** Finds what a refresh means to do; `undefined` if it has written nothing yet. */
export function findIntent(
  database: DatabaseOrTransaction,
  refreshId: string,
): Promise<PromotionIntent | undefined> {
  return selectIntents(database).where('refresh_id', refreshId).first();
}

/** Finds what a model's refresh meant to do that has not come to its end; `undefined` if there is none. */
export function findUnfinishedIntent(
  database: Database,
  model: string,
): Promise<PromotionIntent | undefined> {
  return selectIntents(database).where('model', model).whereNull('ended').first();
}

/** Finds the newest promotion or roll-back of a model that was done; `undefined` if there is none. */
export function findLastDone(database: Database, model: string): Promise<PromotionIntent | undefined> {
  return selectIntents(database)
    .where('model', model)
    .where('state', 'done')
    .orderBy('created', 'desc')
    .first();
}

/** Stores that the tables are swapped. */
export async function markSwapped(database: Database, refreshId: string): Promise<void> {
  await database('ingestion.promotions')
    .where({ refresh_id: refreshId, state: 'intended' })
    .update({ state: 'swapped' });
}

/** Stores how an intent has come to its end. */
export async function endIntent(
  database: DatabaseOrTransaction,
  refreshId: string,
  state: 'done' | 'reverted',
): Promise<void> {
  await database('ingestion.promotions')
    .where({ refresh_id: refreshId })
    .whereNull('ended')
    .update({ state, ended: database.raw('clock_timestamp()') });
}

function selectIntents(database: DatabaseOrTransaction) {
  return database('ingestion.promotions').select<PromotionIntent[]>(
    'refresh_id AS refreshId',
    'model',
    'kind',
    'state',
    'alias',
    'previous_index AS previousIndex',
    'index_name AS indexName',
  );
}
