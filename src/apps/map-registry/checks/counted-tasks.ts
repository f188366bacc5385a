import type { Knex } from 'knex';

/** Returns whether what came of a task was stored, so that a task that is run again need not ask the server again. */
export async function isCounted(database: Knex, taskId: string): Promise<boolean> {
  return (
    (await database('map_registry.counted_checks').where({ task_id: taskId }).first('task_id')) !== undefined
  );
}

/** Returns whether the task is counted now; a transaction that counts the same one at this moment is waited for. */
export async function countTask(transaction: Knex.Transaction, taskId: string): Promise<boolean> {
  const counted = await transaction('map_registry.counted_checks')
    .insert({ task_id: taskId })
    .onConflict()
    .ignore()
    .returning('task_id');
  return counted.length > 0;
}
