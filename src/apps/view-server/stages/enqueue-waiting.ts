import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Stage, Stages } from './stage.ts';

/** The channel on which Postgres notifies that items wait and can be taken; the payload is their stage. */
export const WAITING_CHANNEL = 'view_server_waiting';

interface WaitingRow {
  readonly item_id: string;
  readonly number: number;
  readonly path: string;
  readonly collection: string;
  readonly task_id: string | null;
}

/**
 * Enqueues the tasks of items that wait, and notifies outside workers of them. An item that is in work gets its task when that is over.
 *
 * @param isUrgent whether the tasks go before others; those that have waited before are replaced.
 */
export async function enqueueWaiting(
  transaction: Knex.Transaction,
  stages: Stages,
  stage: Stage,
  itemIds: readonly string[],
  isUrgent = false,
): Promise<void> {
  if (itemIds.length === 0) return;
  await transaction.raw('SELECT pg_notify(?, ?)', [WAITING_CHANNEL, stage]);
  const taskFunction = stages.tasks[stage];
  if (!taskFunction) return;
  const waiting = await findIdle(transaction, itemIds);
  await stages.queue.deleteQueuedTasks(
    waiting.flatMap(({ task_id }) => task_id ?? []),
    transaction,
  );
  const calls = waiting.map(({ path, collection }) => ({
    args: { stage, path },
    options: {
      limitKey: `view_server.${stage} ${collection}`.slice(0, LONGEST_KEY_CHARACTERS),
      limit: stages.limitsPerCollection[stage],
      ...(isUrgent ? { priority: 1 } : {}),
    },
  }));
  const taskIds = await stages.queue.asyncTasks(taskFunction, calls, { transaction });
  await transaction.raw(
    `UPDATE view_server.attempts AS attempt SET task_id = enqueued.task_id
     FROM unnest(?::bigint[], ?::integer[], ?::uuid[]) AS enqueued (item_id, number, task_id)
     WHERE attempt.item_id = enqueued.item_id AND attempt.number = enqueued.number`,
    [
      arrayLiteral(waiting.map(({ item_id }) => item_id)),
      arrayLiteral(waiting.map(({ number }) => number)),
      arrayLiteral(taskIds),
    ],
  );
}

/** What the queue takes as a key. */
const LONGEST_KEY_CHARACTERS = 250;

/** Finds the waiting attempts of items that are not in work, in order. */
async function findIdle(
  transaction: Knex.Transaction,
  itemIds: readonly string[],
): Promise<readonly WaitingRow[]> {
  const { rows } = await transaction.raw<{ rows: WaitingRow[] }>(
    `SELECT attempt.item_id, attempt.number, attempt.task_id, item.path, item.collection
     FROM view_server.attempts AS attempt JOIN view_server.items AS item ON item.id = attempt.item_id
     WHERE attempt.item_id = ANY (?::bigint[]) AND attempt.state = 'waiting'
       AND NOT EXISTS (SELECT FROM view_server.attempts AS other
         WHERE other.item_id = attempt.item_id AND other.state = 'running')
     ORDER BY attempt.position`,
    [arrayLiteral(itemIds)],
  );
  return rows;
}
