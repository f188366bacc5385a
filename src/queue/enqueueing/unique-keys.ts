import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';
import type { Broker } from '../brokers/broker.ts';
import type { TaskPackage } from '../tasks/task-package.ts';

/**
 * Takes the unique keys of tasks that are being enqueued, each for the first that asks for it; a key that another
 * task has stays with that. A claim on a key that an open transaction has taken waits for its end.
 *
 * @returns the id of the task that has it, for each key.
 */
export async function claimUniqueKeys(
  transaction: Knex.Transaction,
  queueName: string,
  tasks: readonly TaskPackage[],
): Promise<ReadonlyMap<string, string>> {
  const open = new Map<string, string>();
  for (const { id, options } of tasks) {
    const key = options?.uniqueKey;
    if (key !== undefined && !open.has(key)) open.set(key, id);
  }
  const holders = new Map<string, string>();
  // Again for a key that was neither free when it was asked for nor taken any more when its task was looked up.
  while (open.size > 0) {
    const { rows } = await transaction.raw<{ rows: { key: string; id: string }[] }>(
      // In the order of keys, as two that ask for the same ones in different orders would wait for each other.
      `WITH claimed AS (
         INSERT INTO queue.unique_keys (queue, key, task_id)
         SELECT :queueName, key, id FROM json_to_recordset(:wanted::json) AS wanted (key text, id uuid) ORDER BY key
         ON CONFLICT (queue, key) DO NOTHING
         RETURNING key, task_id
       )
       SELECT key, task_id AS id FROM claimed
       UNION ALL
       SELECT key, task_id FROM queue.unique_keys WHERE queue = :queueName AND key = ANY (:keys::text[])`,
      {
        queueName,
        wanted: JSON.stringify([...open].map(([key, id]) => ({ key, id }))),
        keys: [...open.keys()],
      },
    );
    for (const { key, id } of rows) {
      holders.set(key, id);
      open.delete(key);
    }
  }
  return holders;
}

/** Frees the unique keys of tasks that are no longer queued. */
export async function freeUniqueKeys(
  transaction: DatabaseOrTransaction,
  taskIds: readonly string[],
): Promise<void> {
  if (taskIds.length === 0) return;
  await transaction('queue.unique_keys')
    .whereRaw('task_id = ANY (?::uuid[])', [[...taskIds]])
    .delete();
}

/**
 * Frees the unique keys of tasks that are no longer in the queue, after many were taken out of it at once. A key that
 * can be seen was committed together with its task, so a task that is not there then is gone for good.
 */
export async function freeAbandonedUniqueKeys(
  database: Database,
  broker: Broker,
  queueName: string,
): Promise<void> {
  const ids = await database('queue.unique_keys').where({ queue: queueName }).pluck<string[]>('task_id');
  if (ids.length === 0) return;
  const queued = await broker.list({ ids, limit: ids.length, offset: 0 });
  const queuedIds = new Set(queued.map(({ id }) => id));
  await freeUniqueKeys(
    database,
    ids.filter((id) => !queuedIds.has(id)),
  );
}
