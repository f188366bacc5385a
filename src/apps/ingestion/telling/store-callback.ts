import type { Knex } from 'knex';
import type { Refresh } from '../refreshes/refresh.ts';
import type { RefreshTasks } from '../refreshes/refresh-tasks.ts';

/** Has the caller of a refresh notified of how it has ended, once the transaction commits; also again, if the end was amended. */
export async function storeCallback(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  { id, callbackUrl }: Pick<Refresh, 'id' | 'callbackUrl'>,
): Promise<void> {
  if (callbackUrl === null) return;
  const taskId = await tasks.enqueueCallback(transaction, id);
  await transaction('ingestion.callbacks')
    .insert({ refresh_id: id, task_id: taskId })
    .onConflict('refresh_id')
    .merge({ state: 'waiting', attempt_count: 0, last_error: null, task_id: taskId, ended: null });
}
