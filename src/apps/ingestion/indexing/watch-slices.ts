import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { Platform } from '../../../platform/platform.ts';
import { type TaskStatus, taskStatuses } from '../../../queue/index.ts';
import { lockWithModel } from '../refreshes/end-step.ts';
import type { RefreshTasks, SliceArguments } from '../refreshes/refresh-tasks.ts';
import { failSlice } from './index-slice.ts';
import { findSlice } from './stored-slices.ts';

/** Slices that one run looks at: a table of ten million rows has 500. */
const MOST_WATCHED = 10_000;

/**
 * Looks after slices whose task has ended without them: one that failed for good, as its workers died or an operator cancelled
 * it, fails the refresh; one that is gone is enqueued again.
 *
 * @returns how many there were.
 */
export async function watchSlices(
  { database }: Platform,
  tasks: RefreshTasks,
  logger: Logger,
): Promise<number> {
  const waiting = await waitingSlices(database);
  const statuses = await taskStatuses(
    database,
    waiting.map(({ taskId }) => taskId),
  );
  const byId = new Map(statuses.map((status) => [status.id, status]));
  const stranded = waiting.filter(({ taskId }) => hasEnded(byId.get(taskId)));
  for (const { taskId, ...slice } of stranded) {
    const status = byId.get(taskId);
    logger.warn({ ...slice, taskState: status?.state }, 'a slice of a refresh has no task');
    await database.transaction((transaction) => settle(transaction, tasks, slice, status));
  }
  return stranded.length;
}

function hasEnded(status: TaskStatus | undefined): boolean {
  if (status === undefined || status.state === 'succeeded') return true;
  return status.state === 'failed' && status.nextAttempt === null;
}

async function waitingSlices(database: Database) {
  return database('ingestion.slices')
    .join('ingestion.refreshes', 'ingestion.refreshes.id', 'ingestion.slices.refresh_id')
    .whereNot('ingestion.slices.state', 'done')
    .whereNotNull('ingestion.slices.task_id')
    .whereNotNull('ingestion.refreshes.admitted')
    .whereNull('ingestion.refreshes.ended')
    .limit(MOST_WATCHED)
    .select<(SliceArguments & { readonly taskId: string })[]>(
      'refresh_id AS refreshId',
      'number',
      'task_id AS taskId',
    );
}

/** What has ended since it was looked at stays as it is. */
async function settle(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  slice: SliceArguments,
  status: TaskStatus | undefined,
): Promise<void> {
  if (status?.state === 'failed') {
    await failSlice(transaction, tasks, slice, status.failure?.error ?? 'its task failed');
    return;
  }
  const refresh = await lockWithModel(transaction, slice.refreshId);
  const stored = await findSlice(transaction, slice.refreshId, slice.number);
  if (!refresh || refresh.ended !== null || stored?.state !== 'waiting') return;
  const [taskId] = await tasks.enqueueSlices(transaction, [slice]);
  await transaction('ingestion.slices')
    .where({ refresh_id: slice.refreshId, number: slice.number })
    .update({ task_id: taskId });
}
