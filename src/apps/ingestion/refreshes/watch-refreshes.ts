import type { Knex } from 'knex';
import type { Platform } from '../../../platform/platform.ts';
import {
  findQueuedTask,
  openTaskQueue,
  type TaskHandler,
  type TaskQueue,
  type TaskStatus,
  taskStatuses,
} from '../../../queue/index.ts';
import { watchSlices } from '../indexing/watch-slices.ts';
import { enqueueStepAt } from './admission.ts';
import { endRefresh } from './end-refresh.ts';
import type { Refresh } from './refresh.ts';
import type { RefreshTasks } from './refresh-tasks.ts';
import { hexadecimalId } from './request-refresh.ts';
import { lockRefresh, selectRefreshes } from './stored-refreshes.ts';
import { type StoredStep, stepsOf } from './stored-steps.ts';

/** Refreshes that one run looks at: one of each model, and there are few models. */
const MOST_WATCHED = 1_000;

/**
 * Makes the handler that looks after refreshes whose step has no task any more: one that failed for good, as its workers died or
 * an operator cancelled it, fails the refresh; one that is gone is enqueued again. The result is how many there were.
 */
export function watchHandler(
  tasksOf: (queue: TaskQueue) => RefreshTasks,
): TaskHandler<Record<string, never>, number> {
  return async (_args, { platform, taskId, logger }) => {
    const own = await findQueuedTask(platform.database, taskId);
    const queue = openTaskQueue(platform, own?.queue);
    try {
      const stranded = await findStranded(platform);
      for (const { refresh, step, status } of stranded) {
        logger.warn(
          { refreshId: hexadecimalId(refresh.id), step: step.name, taskState: status?.state },
          'a step of a refresh has no task',
        );
        await platform.database.transaction((transaction) =>
          settle(transaction, tasksOf(queue), refresh, step, status),
        );
      }
      return stranded.length + (await watchSlices(platform, tasksOf(queue), logger));
    } finally {
      await queue.close();
    }
  };
}

interface Stranded {
  readonly refresh: Refresh;
  readonly step: StoredStep;
  /** `undefined` if the task is gone. */
  readonly status: TaskStatus | undefined;
}

async function findStranded({ database }: Platform): Promise<readonly Stranded[]> {
  const refreshes = await selectRefreshes(database)
    .whereNotNull('ingestion.refreshes.admitted')
    .whereNull('ingestion.refreshes.ended')
    .limit(MOST_WATCHED);
  const steps = await stepsOf(
    database,
    refreshes.map(({ id }) => id),
  );
  const current = refreshes.flatMap((refresh) => {
    const step = currentStepOf(steps.get(refresh.id) ?? []);
    return step ? [{ refresh, step }] : [];
  });
  const statuses = await taskStatuses(
    database,
    current.flatMap(({ step }) => step.taskId ?? []),
  );
  const byId = new Map(statuses.map((status) => [status.id, status]));
  return current
    .map(({ refresh, step }) => ({ refresh, step, status: byId.get(step.taskId ?? '') }))
    .filter(({ step, status }) => !isUnderWay(step, status));
}

function currentStepOf(steps: readonly StoredStep[]): StoredStep | undefined {
  return steps.find(({ state }) => state === 'waiting' || state === 'running');
}

/** The task of a step that goes on in slices has succeeded; the tasks of the slices are watched on their own. */
function isUnderWay(step: StoredStep, status: TaskStatus | undefined): boolean {
  if (status === undefined) return false;
  if (status.state === 'succeeded') return step.state === 'running';
  return status.state !== 'failed' || status.nextAttempt !== null;
}

async function settle(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  refresh: Refresh,
  step: StoredStep,
  status: TaskStatus | undefined,
): Promise<void> {
  if (status?.state === 'failed') {
    const error = status.failure?.error ?? `The step ${step.name} failed`;
    await endRefresh(transaction, tasks, refresh, { state: 'failed', error });
    return;
  }
  const locked = await lockRefresh(transaction, refresh.id);
  if (locked && locked.ended === null) await enqueueStepAt(transaction, tasks, refresh, step.position);
}
