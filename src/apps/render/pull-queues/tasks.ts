import { randomUUID } from 'node:crypto';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isPossibleName } from './names.ts';
import { asPullTask, type NewPullTask, type PullTask, TASK_COLUMNS, type TaskRow } from './pull-task.ts';

/** How many bytes of payload one reply holds at the most, beside its first task. */
export const MOST_PAYLOAD_BYTES = 32 * 1024 ** 2;

/** Stores a task; `undefined` if its id is taken. */
export async function insertTask(
  database: DatabaseOrTransaction,
  queueId: string,
  task: NewPullTask,
): Promise<PullTask | undefined> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    `INSERT INTO render.tasks
       (queue_id, name, tag, payload, payload_bytes, enqueued_us, leased_until_us, is_free, retry_count)
     SELECT :queueId, :name, :tag, :payload, octet_length(:payload::text),
       coalesce(:enqueued, now), coalesce(:leasedUntil, now), coalesce(:leasedUntil, now) <= now, :retryCount
     FROM (SELECT render.now_microseconds() AS now) AS clock
     ON CONFLICT (queue_id, name) DO NOTHING
     RETURNING ${TASK_COLUMNS}`,
    {
      queueId,
      name: task.id ?? randomUUID(),
      tag: task.tag,
      payload: task.payloadBase64,
      enqueued: task.enqueuedMicroseconds ?? null,
      leasedUntil: task.leasedUntilMicroseconds ?? null,
      retryCount: task.retryCount,
    },
  );
  return rows.map(asPullTask)[0];
}

/** Returns a task; `undefined` if the queue has none with this id. */
export async function findTask(
  database: DatabaseOrTransaction,
  queueId: string,
  id: string,
): Promise<PullTask | undefined> {
  if (!isPossibleName(id)) return undefined;
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    `SELECT ${TASK_COLUMNS} FROM render.tasks WHERE queue_id = :queueId AND name = :id`,
    { queueId, id },
  );
  return rows.map(asPullTask)[0];
}

/**
 * Returns the oldest tasks, leased ones included; no more than {@link MOST_PAYLOAD_BYTES} hold.
 *
 * @param withPayload whether their payloads are read; otherwise they are empty.
 */
export async function listTasks(
  database: DatabaseOrTransaction,
  queueId: string,
  { limit, withPayload }: { readonly limit: number; readonly withPayload: boolean },
): Promise<readonly PullTask[]> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    `SELECT ${TASK_COLUMNS} FROM (
       SELECT id, name, tag, ${withPayload ? 'payload' : `'' AS payload`}, enqueued_us, leased_until_us, retry_count,
         sum(payload_bytes) OVER (ORDER BY enqueued_us, name) - payload_bytes AS bytes_before
       FROM (
         SELECT * FROM render.tasks WHERE queue_id = :queueId ORDER BY enqueued_us, name LIMIT :limit
       ) AS oldest
     ) AS tasks
     WHERE ${withPayload ? 'bytes_before' : '0'} < :mostBytes
     ORDER BY enqueued_us, name`,
    { queueId, limit, mostBytes: MOST_PAYLOAD_BYTES },
  );
  return rows.map(asPullTask);
}

/** Removes a task; one that does not exist is no error. */
export async function deleteTask(
  database: DatabaseOrTransaction,
  queueId: string,
  id: string,
): Promise<boolean> {
  if (!isPossibleName(id)) return false;
  return (await database('render.tasks').where({ queue_id: queueId, name: id }).delete()) > 0;
}
