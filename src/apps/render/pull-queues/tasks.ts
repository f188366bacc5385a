import { randomUUID } from 'node:crypto';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { isPossibleName } from './names.ts';
import { asPullTask, type NewPullTask, type PullTask, TASK_COLUMNS, type TaskRow } from './pull-task.ts';

/** How many bytes of payload one reply holds at most, beside its first task. */
export const MOST_PAYLOAD_BYTES = 32 * 1024 ** 2;

/** SQL: the rows with the keys `:rowIds`, locked in one order, so that no two statements wait for each other in a circle. */
export const LOCKED_ROWS = `(
  SELECT tasks.id FROM render.tasks WHERE tasks.id = ANY (:rowIds::uuid[]) ORDER BY queue_id, name FOR UPDATE
)`;

/** A task that is to be stored. */
export interface TaskOfQueue {
  readonly queueId: string;
  readonly task: NewPullTask;
}

/** What an insert returns of a row; the rest is known. */
type InsertedRow = Pick<TaskRow, 'rowId' | 'id' | 'enqueued' | 'leasedUntil' | 'isLeased'> & {
  readonly queueId: string;
};

/** Stores a task; `undefined` if its id is taken. */
export async function insertTask(
  database: DatabaseOrTransaction,
  queueId: string,
  task: NewPullTask,
): Promise<PullTask | undefined> {
  return (await insertTasks(database, [{ queueId, task }]))[0];
}

/** Stores tasks with one statement; returns each of them, `undefined` for one whose id is taken. */
export async function insertTasks(
  database: DatabaseOrTransaction,
  inserts: readonly TaskOfQueue[],
): Promise<readonly (PullTask | undefined)[]> {
  const named = inserts.map(({ queueId, task }) => ({ queueId, task, id: task.id ?? randomUUID() }));
  const { rows } = await prepared<InsertedRow>(
    database,
    // In one order, so that no two statements wait for each other in a circle.
    `INSERT INTO render.tasks
       (queue_id, name, tag, payload, payload_bytes, enqueued_us, leased_until_us, is_free, retry_count)
     SELECT queue_id, name, tag, payload, octet_length(payload), coalesce(enqueued_us, now),
       coalesce(leased_until_us, now), coalesce(leased_until_us, now) <= now, retry_count
     FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::integer[])
         AS task (queue_id, name, tag, payload, enqueued_us, leased_until_us, retry_count),
       (SELECT render.now_microseconds() AS now) AS clock
     ORDER BY queue_id, name COLLATE "C"
     ON CONFLICT (queue_id, name) DO NOTHING
     RETURNING id AS "rowId", queue_id AS "queueId", name AS id, enqueued_us AS enqueued,
       leased_until_us AS "leasedUntil", leased_until_us > render.now_microseconds() AS "isLeased"`,
    [
      arrayLiteral(named.map(({ queueId }) => queueId)),
      arrayLiteral(named.map(({ id }) => id)),
      arrayLiteral(named.map(({ task }) => task.tag)),
      arrayLiteral(named.map(({ task }) => task.payloadBase64)),
      arrayLiteral(named.map(({ task }) => task.enqueuedMicroseconds ?? null)),
      arrayLiteral(named.map(({ task }) => task.leasedUntilMicroseconds ?? null)),
      arrayLiteral(named.map(({ task }) => task.retryCount)),
    ],
  );
  const stored = new Map(rows.map((row) => [keyOf(row.queueId, row.id), row]));
  return named.map(({ queueId, task, id }) => {
    const key = keyOf(queueId, id);
    const row = stored.get(key);
    // Of two with one id, the second finds it taken.
    stored.delete(key);
    return (
      row && asPullTask({ ...row, payload: task.payloadBase64, tag: task.tag, retryCount: task.retryCount })
    );
  });
}

function keyOf(queueId: string, id: string): string {
  return `${queueId} ${id}`;
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

/** Removes tasks with one statement; one that does not exist is no error. */
export async function deleteTasks(
  database: DatabaseOrTransaction,
  tasks: readonly { readonly queueId: string; readonly id: string }[],
): Promise<void> {
  const possible = tasks.filter(({ id }) => isPossibleName(id));
  if (possible.length === 0) return;
  await prepared(database, 'SELECT render.delete_tasks(?::uuid[], ?::text[])', [
    arrayLiteral(possible.map(({ queueId }) => queueId)),
    arrayLiteral(possible.map(({ id }) => id)),
  ]);
}

/** Removes tasks by the keys of their rows; returns how many there were. */
export async function deleteTaskRows(
  database: DatabaseOrTransaction,
  rowIds: readonly string[],
): Promise<number> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `DELETE FROM render.tasks USING ${LOCKED_ROWS} AS locked WHERE tasks.id = locked.id`,
    { rowIds: [...rowIds] },
  );
  return rowCount;
}
