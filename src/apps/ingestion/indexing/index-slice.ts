import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import {
  PermanentTaskError,
  type TaskContext,
  type TaskHandler,
  type TaskQueue,
} from '../../../queue/index.ts';
import { openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { modelNamed } from '../models/index.ts';
import { enqueueStepAt } from '../refreshes/admission.ts';
import { endRefresh } from '../refreshes/end-refresh.ts';
import { lockWithModel } from '../refreshes/end-step.ts';
import { isFinalFailure } from '../refreshes/final-failure.ts';
import { openQueueOf } from '../refreshes/queue-of-task.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import type { RefreshTasks, SliceArguments } from '../refreshes/refresh-tasks.ts';
import { hexadecimalId } from '../refreshes/request-refresh.ts';
import { connectionsOf } from '../refreshes/step-connections.ts';
import { findRefresh } from '../refreshes/stored-refreshes.ts';
import { findStep, storeProgress } from '../refreshes/stored-steps.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import type { OpenSearchEngine } from '../search-engines/open-search-engine.ts';
import { ingestionSettings } from '../settings.ts';
import { slicedStepOf } from './index-in-slices.ts';
import { type IndexedSlice, indexRows } from './index-rows.ts';
import { findSourceTable } from './source-table.ts';
import {
  findSlice,
  type StoredSlice,
  storeSliceEnd,
  storeSliceFailure,
  storeSliceRows,
  totalsOf,
  unfinishedSlices,
} from './stored-slices.ts';

const PROGRESS_INTERVAL_MILLISECONDS = 1_000;

/** How the tasks of slices are run. */
export interface SliceTask {
  readonly openSearchEngine: OpenSearchEngine;
  readonly tasksOf: (queue: TaskQueue) => RefreshTasks;
  /** The attempt after which no other follows. */
  readonly lastAttempt: number;
}

/** A slice, and what it is a part of. */
interface SliceInHand {
  readonly refresh: Refresh;
  readonly slice: StoredSlice;
  readonly step: NonNullable<ReturnType<typeof slicedStepOf>>;
}

/**
 * Makes the handler that indexes one slice. Its counts, its failed documents and what follows from them are stored in one
 * transaction. A slice whose worker was lost is indexed again, from its beginning.
 */
export function indexSliceHandler(task: SliceTask): TaskHandler<SliceArguments, null> {
  return async (args, context) => {
    const { database } = context.platform;
    const inHand = await takeSlice(database, args);
    if (!inHand) return null;
    const queue = await openQueueOf(context);
    const tasks = task.tasksOf(queue);
    try {
      const indexed = await indexSlice(task, inHand, context);
      const error = await endSlice(inHand, indexed, tasks, context);
      if (error !== undefined) throw new PermanentTaskError(error);
      return null;
    } catch (error) {
      if (error instanceof PermanentTaskError) throw error;
      if (!isFinalFailure(error, context, task.lastAttempt)) throw error;
      const reason = errorMessage(error);
      await database.transaction((transaction) => failSlice(transaction, tasks, args, reason));
      throw new PermanentTaskError(reason, { cause: error });
    } finally {
      await queue.close();
    }
  };
}

/**
 * Fails a refresh because one of its slices has failed for good; its other slices are not indexed. A refresh that has ended, and
 * a slice that is done, stay as they are.
 */
export async function failSlice(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { refreshId, number }: SliceArguments,
  reason: string,
): Promise<void> {
  const refresh = await lockWithModel(transaction, refreshId);
  const slice = await findSlice(transaction, refreshId, number);
  if (!refresh || slice?.state !== 'waiting') return;
  const error = `The ids from ${slice.firstId} to ${slice.lastId} could not be indexed: ${reason}`;
  await failRefresh(transaction, tasks, refresh, number, error);
}

/** `undefined` if there is nothing to do any more. */
async function takeSlice(
  database: Database,
  { refreshId, number }: SliceArguments,
): Promise<SliceInHand | undefined> {
  const refresh = await findRefresh(database, refreshId);
  if (!refresh || refresh.ended !== null) return undefined;
  const slice = await findSlice(database, refreshId, number);
  const step = slicedStepOf(refresh);
  if (slice?.state !== 'waiting' || !step) return undefined;
  return { refresh, slice, step };
}

async function indexSlice(
  { openSearchEngine }: SliceTask,
  inHand: SliceInHand,
  { platform, signal, progress, logger }: TaskContext,
): Promise<IndexedSlice> {
  const { refresh, slice, step } = inHand;
  const databases = openIngestionDatabases(platform, connectionsOf('index_slice', refresh));
  const searchEngine = openSearchEngine(platform, databases);
  try {
    const model = modelNamed(refresh.model);
    const source = await findSourceTable(refresh, model, databases);
    const report = sliceReport(platform.database, inHand, logger);
    return await indexRows(source, slice, {
      model,
      searchEngine,
      indexName: indexNameOf(refresh.model, refresh.indexSuffix),
      removesDocuments: step.name === 'update_index',
      signal,
      async progress(rowCount) {
        progress(rowCount);
        await report(rowCount);
      },
    });
  } finally {
    await searchEngine.close();
    await databases.close();
  }
}

/** Stores at most once a second how far the slice is, and with it the step. */
function sliceReport(
  database: Database,
  { refresh, slice, step }: SliceInHand,
  logger: TaskContext['logger'],
): (rowCount: number) => Promise<void> {
  let lastMilliseconds = performance.now();
  return async (rowCount) => {
    if (performance.now() - lastMilliseconds < PROGRESS_INTERVAL_MILLISECONDS) return;
    lastMilliseconds = performance.now();
    try {
      await storeSliceRows(database, refresh.id, slice.number, rowCount);
      const { rowCount: rowsDone } = await totalsOf(database, refresh.id);
      await storeProgress(database, refresh, step.position, { rowsDone });
    } catch (error) {
      // The next one makes up for it.
      logger.warn(
        { err: error, refreshId: hexadecimalId(refresh.id) },
        'the progress of a slice could not be stored',
      );
    }
  };
}

/** Returns why the refresh has failed; `undefined` if it goes on. */
function endSlice(
  { refresh, slice, step }: SliceInHand,
  indexed: IndexedSlice,
  tasks: RefreshTasks,
  { platform }: TaskContext,
): Promise<string | undefined> {
  const { maximumFailedPercent } = platform.settingsOf(ingestionSettings).search;
  return platform.database.transaction(async (transaction) => {
    const locked = await lockWithModel(transaction, refresh.id);
    if (!locked || locked.ended !== null) return undefined;
    if (!(await storeSliceEnd(transaction, refresh.id, slice.number, indexed))) return undefined;
    const { rowCount, failedCount, unfinishedCount } = await totalsOf(transaction, refresh.id);
    await storeProgress(transaction, refresh, step.position, { rowsDone: rowCount });
    const rowsTotal = (await findStep(transaction, refresh.id, step.position))?.rowsTotal ?? rowCount;
    if (failedCount * 100 > rowsTotal * maximumFailedPercent) {
      const [first] = indexed.failures;
      const error = `${failedCount} of ${rowsTotal} documents failed, more than ${maximumFailedPercent} percent${first ? `; row ${first.id}: ${first.reason}` : ''}`;
      await failRefresh(transaction, tasks, refresh, slice.number, error);
      return error;
    }
    if (unfinishedCount === 0) await enqueueStepAt(transaction, tasks, refresh, step.position);
    return undefined;
  });
}

async function failRefresh(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  refresh: Refresh,
  number: number,
  error: string,
): Promise<void> {
  if (!(await endRefresh(transaction, tasks, refresh, { state: 'failed', error }))) return;
  await storeSliceFailure(transaction, refresh.id, number);
  const others = (await unfinishedSlices(transaction, refresh.id)).filter((slice) => slice.number !== number);
  await tasks.cancel(
    transaction,
    others.flatMap(({ taskId }) => taskId ?? []),
    'the failure of another slice',
  );
}
