import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { endRefresh } from './end-refresh.ts';
import { lockWithModel } from './end-step.ts';
import type { RefreshTasks } from './refresh-tasks.ts';

/** What became of a request to cancel. `promoting`: the tables are being swapped, which is not broken off. */
export type RefreshCancellation = 'cancelled' | 'ended' | 'unknown' | 'promoting';

/**
 * Cancels a refresh: it ends at once, and its running tasks are stopped. What it has made is removed.
 *
 * @param cancelledBy who cancels it, for people.
 */
export function cancelRefresh(
  database: Database,
  tasks: RefreshTasks,
  id: string,
  cancelledBy: string,
): Promise<RefreshCancellation> {
  return database.transaction(async (transaction) => {
    // A promotion locks the refresh too before it begins to swap: one of the two comes first.
    const refresh = await lockWithModel(transaction, id);
    if (!refresh) return 'unknown';
    if (await hasIntent(transaction, id)) return 'promoting';
    const taskIds = await unfinishedTasks(transaction, id);
    const end = { state: 'cancelled', cancelledBy, message: `Cancelled by ${cancelledBy}` } as const;
    if (!(await endRefresh(transaction, tasks, refresh, end))) return 'ended';
    await tasks.cancel(transaction, taskIds, cancelledBy);
    return 'cancelled';
  });
}

async function hasIntent(transaction: Knex.Transaction, refreshId: string): Promise<boolean> {
  const intent = await transaction('ingestion.promotions')
    .where({ refresh_id: refreshId })
    .whereNull('ended')
    .first('refresh_id');
  return intent !== undefined;
}

/** The tasks of the step that waits or runs, and of its slices. */
async function unfinishedTasks(transaction: Knex.Transaction, refreshId: string): Promise<readonly string[]> {
  const steps = await transaction('ingestion.steps')
    .where({ refresh_id: refreshId })
    .whereIn('state', ['waiting', 'running'])
    .whereNotNull('task_id')
    .pluck<string[]>('task_id');
  const slices = await transaction('ingestion.slices')
    .where({ refresh_id: refreshId })
    .whereNot({ state: 'done' })
    .whereNotNull('task_id')
    .pluck<string[]>('task_id');
  return [...steps, ...slices];
}
