import { hostname } from 'node:os';
import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import {
  findQueuedTask,
  type LossContext,
  openTaskQueue,
  PermanentTaskError,
  type TaskContext,
  type TaskFailure,
  type TaskHandler,
} from '../../../queue/index.ts';
import { viewServerSettings } from '../settings.ts';
import { type Attempt, endAttempt, lockAttempt, returnAttempt } from './attempts.ts';
import { pushItems } from './push-items.ts';
import { NEXT_STAGE, type StageArguments, type Stages, type StageTasks } from './stage.ts';
import { stageLimits } from './stage-limits.ts';

/** What the work of a stage has come to. */
export interface StageOutcome {
  /** The path of the item that the next stage gets; `undefined` if there is none. */
  readonly nextPath: string | undefined;
  /**
   * Stores what the work has made, in the transaction that makes the item a success. It is not called where the item was taken by
   * somebody else in the meantime. If it throws, the attempt fails as if the work had thrown.
   */
  readonly store?: (transaction: Knex.Transaction) => Promise<void>;
}

/** An item that a worker has. */
export interface ItemInWork {
  readonly path: string;
  /** The JSON that it was pushed with, if any. */
  readonly metadata: string | null;
  /** The id of its collection. */
  readonly collection: string;
}

/** Does the work of a stage for one item. A second run has to do no harm. */
export type StageWork = (item: ItemInWork, context: TaskContext) => Promise<StageOutcome>;

/** How the task of a stage is run. */
export interface StageRun {
  readonly work: StageWork;
  readonly tasks: StageTasks;
  /** The attempt after which no other follows. */
  readonly lastAttempt: number;
}

/**
 * Makes the handler of a stage's task. What its work has made, that the item has succeeded, and that the next stage has it, are stored in
 * one transaction. A task whose item has been taken by somebody else does nothing.
 */
export function stageHandler({ work, tasks, lastAttempt }: StageRun): TaskHandler<StageArguments, null> {
  return async ({ path }, context) => {
    const { platform, taskId } = context;
    const stages = await openStages(context, tasks);
    try {
      const { database } = platform;
      const attempt = await database.transaction((transaction) => begin(transaction, stages, taskId));
      if (!attempt) return null;
      try {
        const collection = await collectionOf(database, attempt.item_id);
        const outcome = await work({ path, metadata: attempt.metadata, collection }, context);
        await database.transaction((transaction) => succeed(transaction, stages, attempt, outcome));
      } catch (error) {
        const isFinal =
          error instanceof PermanentTaskError || (context.attempt >= lastAttempt && !context.signal.aborted);
        await database.transaction((transaction) =>
          fail(transaction, stages, taskId, { state: 'failed', reason: errorMessage(error) }, isFinal),
        );
        if (isFinal) throw new PermanentTaskError(errorMessage(error), { cause: error });
        throw error;
      }
      return null;
    } finally {
      await stages.queue.close();
    }
  };
}

/** The `onLost` of a stage's task: its worker is gone, or it was cancelled. */
export function onStageLost(tasks: StageTasks) {
  return async (
    _args: unknown,
    { error }: TaskFailure,
    { transaction, taskId, platform, nextAttemptSeconds }: LossContext,
  ): Promise<void> => {
    const stages = await openStages({ platform, taskId }, tasks);
    try {
      await transaction.transaction((inner) =>
        fail(inner, stages, taskId, { state: 'lost', reason: error }, nextAttemptSeconds === undefined),
      );
    } finally {
      await stages.queue.close();
    }
  };
}

/** Further stages go to the queue that the task came from. */
async function openStages(
  { platform, taskId }: Pick<TaskContext, 'platform' | 'taskId'>,
  tasks: StageTasks,
): Promise<Stages> {
  const own = await findQueuedTask(platform.database, taskId);
  return {
    queue: openTaskQueue(platform, own?.queue),
    tasks,
    ...stageLimits(platform.settingsOf(viewServerSettings)),
  };
}

async function begin(
  transaction: Knex.Transaction,
  stages: Stages,
  taskId: string,
): Promise<Attempt | undefined> {
  let attempt = await lockAttemptOfTask(transaction, taskId);
  // An earlier worker of the same task has left it, and could not report that.
  if (attempt?.state === 'running') {
    await returnAttempt(transaction, stages, attempt, {
      state: 'lost',
      reason: 'The worker is gone.',
      taskId,
    });
    attempt = await lockAttemptOfTask(transaction, taskId);
  }
  if (attempt?.state !== 'waiting') return undefined;
  await transaction('view_server.attempts')
    .where({ item_id: attempt.item_id, number: attempt.number })
    .update({
      state: 'running',
      worker: `${hostname()} ${process.pid}`,
      began: transaction.raw('clock_timestamp()'),
    });
  return attempt;
}

/** Somebody else may have ended it meanwhile, or a lost worker may come back: then nothing follows. */
async function succeed(
  transaction: Knex.Transaction,
  stages: Stages,
  { item_id, number, stage }: Attempt,
  { nextPath, store }: StageOutcome,
): Promise<void> {
  const attempt = await lockAttempt(transaction, item_id, ['running']);
  if (attempt?.number !== number) return;
  await store?.(transaction);
  await endAttempt(transaction, stages, attempt, { state: 'succeeded' });
  const nextStage = NEXT_STAGE[stage];
  if (nextStage === undefined || nextPath === undefined) return;
  const collection = await collectionOf(transaction, item_id);
  await pushItems(transaction, stages, { stage: nextStage, collection, items: [{ path: nextPath }] });
}

async function fail(
  transaction: Knex.Transaction,
  stages: Stages,
  taskId: string,
  end: { state: 'failed' | 'lost'; reason: string },
  isFinal: boolean,
): Promise<void> {
  const attempt = await lockAttemptOfTask(transaction, taskId);
  if (!attempt) return;
  if (isFinal) await endAttempt(transaction, stages, attempt, { state: 'failed', reason: end.reason });
  else if (attempt.state === 'running') {
    await returnAttempt(transaction, stages, attempt, { ...end, taskId });
  }
}

/** Its item may have been pushed again meanwhile: then a newer attempt waits, which is not the task's. */
async function lockAttemptOfTask(
  transaction: Knex.Transaction,
  taskId: string,
): Promise<Attempt | undefined> {
  const found = await transaction<Attempt>('view_server.attempts')
    .where('task_id', taskId)
    .orderBy('number', 'desc')
    .first('item_id');
  if (!found) return undefined;
  const open = [
    await lockAttempt(transaction, found.item_id, ['running']),
    await lockAttempt(transaction, found.item_id, ['waiting']),
  ];
  return open.find((attempt) => attempt?.task_id === taskId);
}

async function collectionOf(database: DatabaseOrTransaction, itemId: string): Promise<string> {
  const item = await database<{ id: string; collection: string }>('view_server.items')
    .where('id', itemId)
    .first('collection');
  if (!item) throw new Error(`There is no item ${itemId}`);
  return item.collection;
}
