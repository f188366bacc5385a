import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { type IngestionDatabases, PREVIOUS_SCHEMA } from '../databases/ingestion-databases.ts';
import type { IngestionModel } from '../models/model.ts';
import { lockModel } from '../refreshes/admission.ts';
import { amendRefresh } from '../refreshes/end-refresh.ts';
import type { Notice, RefreshTasks } from '../refreshes/refresh-tasks.ts';
import { RefreshRefusedError, type StepContext } from '../refreshes/step.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { aliasNotice, noticesOfStep } from '../telling/refresh-notices.ts';
import { CandidateDiffersError, type Replacement } from './complete-candidate.ts';
import { UnsupportedDependentError } from './dependents.ts';
import { validateIncomingKeys } from './incoming-keys.ts';
import { LockTriesError } from './lock-tries.ts';
import { replacementsOf } from './model-tables.ts';
import { endIntent, markSwapped, type PromotionIntent } from './promotion-intents.ts';
import { createSwapLedger, hasSwapped, unvalidatedKeysOf } from './swap-ledger.ts';
import { swapTables } from './swap-tables.ts';

/** What an intent needs to be carried out, or finished after a crash. */
export interface IntentContext {
  readonly database: Database;
  readonly databases: IngestionDatabases;
  readonly model: IngestionModel;
  readonly searchEngine: SearchEngine;
  readonly tasks: RefreshTasks;
}

/**
 * Carries out an intent: swaps the tables and points the alias, at one moment where the search engine is in the same database. It
 * goes on where an earlier attempt has stopped.
 *
 * @param candidateSchema where the tables are that go live.
 * @returns a sentence for people.
 * @throws {RefreshRefusedError} if the tables cannot be swapped, or an earlier attempt has found that they cannot; then
 *   nothing has changed.
 */
export async function carryOutIntent(
  context: StepContext,
  intent: PromotionIntent,
  candidateSchema: string,
): Promise<string> {
  if (intent.state === 'reverted') throw new RefreshRefusedError('The tables could not be swapped');
  const { api } = context.databases;
  await createSwapLedger(api.pool);
  const replacements = replacementsOf(context.model, context.databases, candidateSchema);
  if (!(await hasSwapped(api.pool, intent.refreshId))) {
    await api.pool.raw(`CREATE SCHEMA IF NOT EXISTS ${PREVIOUS_SCHEMA}`);
    await swap(context, intent, replacements);
  }
  await markSwapped(context.database, intent.refreshId);
  return finishIntent(context, intent);
}

/** Returns the message to people about an intent that is carried out. */
export function noticesOfIntent({ alias, previousIndex, indexName }: PromotionIntent): readonly Notice[] {
  return [
    { level: 'info', text: 'Finished table promotion | _Next: alias_' },
    aliasNotice(alias, previousIndex, indexName),
  ];
}

/**
 * Does what is left of an intent whose tables are swapped. May be done more than once. Its refresh is done then, even if it has
 * failed meanwhile: its worker was taken for lost, or the search engine was away.
 *
 * @returns a sentence for people.
 */
export async function finishIntent(
  { database, databases, model, searchEngine, tasks }: IntentContext,
  intent: PromotionIntent,
): Promise<string> {
  await pointAlias(searchEngine, intent);
  const leftKeys = await unvalidatedKeysOf(databases.api.pool, intent.refreshId);
  const removed: Record<string, number> = {};
  for (const { name } of model.tables) {
    const live = { schema: databases.api.schema, table: name };
    Object.assign(removed, await validateIncomingKeys(databases.api.pool, live, leftKeys));
  }
  const message = sentenceOf(model, intent, removed);
  await database.transaction(async (transaction) => {
    await lockModel(transaction, model.name);
    await storeEnd(transaction, intent, model);
    const stepName = intent.kind === 'promotion' ? 'promote' : 'roll_back';
    const notices = noticesOfStep(model.name, stepName, noticesOfIntent(intent));
    await amendRefresh(transaction, tasks, intent.refreshId, { message, notices });
  });
  return message;
}

function sentenceOf(
  { name }: IngestionModel,
  { indexName }: PromotionIntent,
  removed: Readonly<Record<string, number>>,
): string {
  const index = indexName === null ? 'without an index' : `with the index ${indexName}`;
  const orphans = Object.entries(removed).map(
    ([key, count]) => `${count} ${count === 1 ? 'row was' : 'rows were'} removed for ${key}`,
  );
  return [`${name} is live ${index}`, ...orphans].join('; ');
}

async function swap(
  { database, databases, searchEngine, settings, signal, logger }: StepContext,
  intent: PromotionIntent,
  replacements: readonly Replacement[],
): Promise<void> {
  const { lockMilliseconds, swapTries } = settings.promotion;
  try {
    const outcome = await swapTables(databases.api.pool, replacements, {
      refreshId: intent.refreshId,
      lockMilliseconds,
      tries: swapTries,
      signal,
      within: (transaction) => pointAliasWithin(transaction, searchEngine, intent),
    });
    logger.info({ tries: outcome.tries, heldMilliseconds: outcome.heldMilliseconds }, 'tables swapped');
  } catch (error) {
    const isRefused =
      error instanceof LockTriesError ||
      error instanceof CandidateDiffersError ||
      error instanceof UnsupportedDependentError;
    if (!isRefused) throw error;
    await endIntent(database, intent.refreshId, 'reverted');
    throw new RefreshRefusedError(error.message, { cause: error });
  }
}

async function pointAliasWithin(
  transaction: Knex.Transaction,
  searchEngine: SearchEngine,
  { alias, indexName }: PromotionIntent,
): Promise<void> {
  if (indexName === null) await searchEngine.removeAliasesWithin?.(transaction, [alias]);
  else await searchEngine.pointAliasesWithin?.(transaction, [{ alias, indexName }]);
}

async function pointAlias(searchEngine: SearchEngine, { alias, indexName }: PromotionIntent): Promise<void> {
  if (indexName === null) await searchEngine.removeAliases([alias]);
  else await searchEngine.pointAliases([{ alias, indexName }]);
}

/** The ingest is done, the tables before are kept for a while, and so is the index before. */
async function storeEnd(
  transaction: Knex.Transaction,
  { refreshId, kind, previousIndex, indexName }: PromotionIntent,
  { name: model, tables }: IngestionModel,
): Promise<void> {
  await endIntent(transaction, refreshId, 'done');
  const now = transaction.raw('clock_timestamp()');
  await transaction('ingestion.retired_tables')
    .insert(tables.map(({ name }) => ({ model, table_name: name, refresh_id: refreshId, retired: now })))
    .onConflict(['model', 'table_name'])
    .merge();
  await transaction('ingestion.indexes').where({ name: previousIndex }).update({ retired: now });
  await transaction('ingestion.indexes').where({ name: indexName }).update({ retired: null });
  if (kind === 'promotion') {
    // Not a later copy, which can be waiting by now.
    await transaction('ingestion.refreshes')
      .where({ model, state: 'ready' })
      .whereIn(
        'index_suffix',
        transaction('ingestion.refreshes').where({ id: refreshId }).select('index_suffix'),
      )
      .update({ state: 'done' });
  }
}
