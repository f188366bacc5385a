import { takeAdvisoryLock } from '../../../platform/database/advisory-lock.ts';
import type { Platform } from '../../../platform/platform.ts';
import { findQueuedTask, openTaskQueue, type TaskHandler, type TaskQueue } from '../../../queue/index.ts';
import {
  type IngestionDatabases,
  NEXT_SCHEMA,
  openIngestionDatabases,
} from '../databases/ingestion-databases.ts';
import { modelNamed } from '../models/index.ts';
import type { IngestionModel } from '../models/model.ts';
import { forgetOldRefreshes } from '../refreshes/forget-refreshes.ts';
import type { ModelArguments, RefreshTasks } from '../refreshes/refresh-tasks.ts';
import { findAdmitted, findReady } from '../refreshes/stored-refreshes.ts';
import type { OpenSearchEngine } from '../search-engines/open-search-engine.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { ingestionSettings } from '../settings.ts';
import { finishIntent } from './carry-out-intent.ts';
import { endIntent, findUnfinishedIntent } from './promotion-intents.ts';
import { removeUnusedIndexes } from './retired-indexes.ts';
import { dropOldTables, dropTables } from './retired-tables.ts';
import { createSwapLedger, forgetOldSwaps, hasSwapped } from './swap-ledger.ts';
import { giveUpWaitingCopy } from './waiting-copy.ts';

/** How long one statement may take: foreign keys of a large table are checked where a promotion is finished. */
const STATEMENT_SECONDS = 12 * 3_600;

/** How the tidying is run. */
export interface TidyTask {
  readonly openSearchEngine: OpenSearchEngine;
  readonly tasksOf: (queue: TaskQueue) => RefreshTasks;
}

interface TidyContext {
  readonly platform: Platform;
  readonly databases: IngestionDatabases;
  readonly model: IngestionModel;
  readonly searchEngine: SearchEngine;
}

/**
 * Makes the handler that cleans up after refreshes of a model: a promotion that failed after the swap is finished, and its refresh is
 * done; one that failed before is taken back; copies and indexes that nothing works on, waits for or uses are removed, and so are
 * replaced tables and indexes, and refreshes, that were kept for long enough.
 */
export function tidyHandler({ openSearchEngine, tasksOf }: TidyTask): TaskHandler<ModelArguments, null> {
  return async ({ model: name }, { platform, signal, taskId }) => {
    const model = modelNamed(name);
    const databases = openIngestionDatabases(platform, {
      applicationName: `ingestion tidy ${name}`,
      statementTimeoutSeconds: STATEMENT_SECONDS,
    });
    const searchEngine = openSearchEngine(platform, databases);
    const own = await findQueuedTask(platform.database, taskId);
    const queue = openTaskQueue(platform, own?.queue);
    try {
      const lock = await takeAdvisoryLock(databases.api.url, `ingestion ${name}`, signal);
      try {
        const context = { platform, databases, model, searchEngine };
        await settleIntent(context, tasksOf(queue));
        await removeUnneeded(context);
      } finally {
        await lock.release();
      }
    } finally {
      await queue.close();
      await searchEngine.close();
      await databases.close();
    }
    return null;
  };
}

/** The intent of a refresh that runs is its own business. */
async function settleIntent(
  { platform, databases, model, searchEngine }: TidyContext,
  tasks: RefreshTasks,
): Promise<void> {
  const { database } = platform;
  const intent = await findUnfinishedIntent(database, model.name);
  if (!intent || (await findAdmitted(database, model.name))?.id === intent.refreshId) return;
  await createSwapLedger(databases.api.pool);
  if (!(await hasSwapped(databases.api.pool, intent.refreshId))) {
    await endIntent(database, intent.refreshId, 'reverted');
    return;
  }
  await finishIntent({ database, databases, model, searchEngine, tasks }, intent);
}

async function removeUnneeded({ platform, databases, model, searchEngine }: TidyContext): Promise<void> {
  const { database } = platform;
  const { keptHours, waitingHours } = platform.settingsOf(ingestionSettings).promotion;
  await giveUpWaitingCopy(database, model.name, waitingHours);
  await dropUnneededCopy(platform, databases, model);
  await removeUnusedIndexes(database, searchEngine, model.name, keptHours);
  await forgetOldRefreshes(database, model.name);
  // What runs may be about to put them back.
  if ((await findAdmitted(database, model.name))?.action === 'ROLL_BACK') return;
  await dropOldTables(database, databases.api.pool, model.name, keptHours);
  await createSwapLedger(databases.api.pool);
  await forgetOldSwaps(databases.api.pool);
}

async function dropUnneededCopy(
  { database }: Platform,
  { api }: IngestionDatabases,
  { name, tables }: IngestionModel,
): Promise<void> {
  const running = await findAdmitted(database, name);
  if (running?.action === 'INGEST_UPSTREAM' || (await findReady(database, name))) return;
  const names = tables.map((table) => table.name);
  await api.pool.transaction((transaction) => dropTables(transaction, NEXT_SCHEMA, names));
}
