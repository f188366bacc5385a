import { takeAdvisoryLock } from '../../../platform/database/advisory-lock.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import {
  type IngestionDatabases,
  NEXT_SCHEMA,
  openIngestionDatabases,
} from '../databases/ingestion-databases.ts';
import { modelNamed } from '../models/index.ts';
import type { ModelArguments } from '../refreshes/refresh-tasks.ts';
import { findAdmitted, findReady } from '../refreshes/stored-refreshes.ts';
import type { OpenSearchEngine } from '../search-engines/open-search-engine.ts';
import { finishIntent } from './carry-out-intent.ts';
import { endIntent, findUnfinishedIntent } from './promotion-intents.ts';
import { createSwapLedger, hasSwapped } from './swap-ledger.ts';
import { quotedTable } from './table-definition.ts';

/**
 * Makes the handler that cleans up after refreshes of a model that have failed: a promotion whose tables are swapped is finished,
 * one whose tables are not is taken back, and copies that nothing works on or waits for are dropped.
 */
export function tidyHandler(openSearchEngine: OpenSearchEngine): TaskHandler<ModelArguments, null> {
  return async ({ model }, { platform, signal }) => {
    const databases = openIngestionDatabases(platform);
    try {
      const lock = await takeAdvisoryLock(databases.api.url, `ingestion ${model}`, signal);
      try {
        await settleIntent(platform, databases, model, openSearchEngine);
        await dropUnneededCopy(platform, databases, model);
      } finally {
        await lock.release();
      }
    } finally {
      await databases.close();
    }
    return null;
  };
}

/** The intent of a refresh that runs is its own business. */
async function settleIntent(
  platform: Platform,
  databases: IngestionDatabases,
  model: string,
  openSearchEngine: OpenSearchEngine,
): Promise<void> {
  const { database } = platform;
  const intent = await findUnfinishedIntent(database, model);
  if (!intent || (await findAdmitted(database, model))?.id === intent.refreshId) return;
  await createSwapLedger(databases.api.pool);
  if (!(await hasSwapped(databases.api.pool, intent.refreshId))) {
    await endIntent(database, intent.refreshId, 'reverted');
    return;
  }
  const searchEngine = openSearchEngine(platform, databases);
  try {
    await finishIntent({ database, databases, model: modelNamed(model), searchEngine }, intent);
  } finally {
    await searchEngine.close();
  }
}

async function dropUnneededCopy(
  { database }: Platform,
  { api }: IngestionDatabases,
  model: string,
): Promise<void> {
  const running = await findAdmitted(database, model);
  if (running?.action === 'INGEST_UPSTREAM' || (await findReady(database, model))) return;
  const names = modelNamed(model).tables.map(({ name }) => quotedTable({ schema: NEXT_SCHEMA, table: name }));
  await api.pool.raw(`DROP TABLE IF EXISTS ${names.join(', ')}`);
}
