// Leases. A task can be leased once its `leased_until_us` has passed; `is_free` only puts those tasks into the indexes
// that are walked in the order of the queue, so that a lease costs the same however many leased tasks are in front.

import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isPossibleName } from './names.ts';
import { asPullTask, MICROSECONDS, type PullTask, TASK_COLUMNS, type TaskRow } from './pull-task.ts';
import { MOST_PAYLOAD_BYTES } from './tasks.ts';

/** What a client wants to lease. */
export interface LeaseRequest {
  readonly count: number;
  readonly leaseSeconds: number;
  /** Only tasks with this tag. Default: all. */
  readonly tag?: string | undefined;
}

/** Expired leases that one statement ends. */
const MOST_FREED = 10_000;

/**
 * Leases the oldest tasks that can be leased, oldest first. Any number of callers get different tasks. It may be fewer
 * than there are: no more than {@link MOST_PAYLOAD_BYTES} hold.
 *
 * @returns tasks with the leases before this one as their `retryCount`.
 */
export async function leaseTasks(
  database: Database,
  queueId: string,
  { count, leaseSeconds, tag }: LeaseRequest,
): Promise<readonly PullTask[]> {
  if (count === 0) return [];
  const bindings = {
    queueId,
    count,
    tag: tag ?? null,
    leaseMicroseconds: leaseSeconds * MICROSECONDS,
    mostBytes: MOST_PAYLOAD_BYTES,
  };
  for (;;) {
    const leased = await byIndexes(database, async (transaction) => {
      if ((await freeSome(transaction, queueId)) === MOST_FREED) return undefined;
      return transaction.raw<{ rows: TaskRow[] }>(leaseSql(tag !== undefined), bindings);
    });
    if (leased) return leased.rows.map(asPullTask);
  }
}

/**
 * Runs statements that have an index for whatever they do. Postgres would do without if it does not know yet how many
 * tasks there are.
 */
export function byIndexes<T>(
  database: Database,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return database.transaction(async (transaction) => {
    await transaction.raw(
      `SELECT set_config(name, 'off', true)
       FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit']) AS name`,
    );
    return work(transaction);
  });
}

/** The statement of a lease; exported for the test that looks at its plan. */
export function leaseSql(hasTag: boolean): string {
  return `
    WITH candidates AS (
      SELECT id, payload_bytes, enqueued_us, name FROM render.tasks
      WHERE queue_id = :queueId AND is_free AND leased_until_us <= render.now_microseconds()
        AND ${hasTag ? 'tag = :tag' : ':tag::text IS NULL'}
      ORDER BY enqueued_us, name LIMIT :count
      FOR UPDATE SKIP LOCKED
    ), chosen AS (
      SELECT id FROM (
        SELECT id, sum(payload_bytes) OVER (ORDER BY enqueued_us, name) - payload_bytes AS bytes_before FROM candidates
      ) AS summed
      WHERE bytes_before < :mostBytes
    ), leased AS (
      UPDATE render.tasks
      SET leased_until_us = render.now_microseconds() + :leaseMicroseconds::bigint, is_free = false,
        retry_count = least(retry_count, 2147483646) + 1, rendered_by = NULL
      FROM chosen WHERE tasks.id = chosen.id
      RETURNING tasks.*
    ), counted AS (
      INSERT INTO render.lease_counts (queue_id, second, connection, tasks)
      SELECT :queueId, render.now_microseconds() / 1000000, pg_backend_pid(), count(*) FROM leased HAVING count(*) > 0
      ON CONFLICT (queue_id, second, connection) DO UPDATE SET tasks = lease_counts.tasks + excluded.tasks
    )
    SELECT id AS "rowId", name AS id, payload, tag, enqueued_us AS enqueued, leased_until_us AS "leasedUntil",
      retry_count - 1 AS "retryCount"
    FROM leased ORDER BY enqueued_us, name`;
}

/** Puts all tasks whose lease has ended back into the order of the queue. */
export async function freeExpired(database: Database, queueId: string): Promise<void> {
  const free = () => byIndexes(database, (transaction) => freeSome(transaction, queueId));
  while ((await free()) === MOST_FREED);
}

/** Puts some of them back, those first whose lease ended first; returns how many. */
async function freeSome(transaction: Knex.Transaction, queueId: string): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `UPDATE render.tasks SET is_free = true
     FROM (
       SELECT id FROM render.tasks
       WHERE queue_id = :queueId AND NOT is_free AND leased_until_us <= render.now_microseconds()
       ORDER BY leased_until_us LIMIT ${MOST_FREED}
       FOR UPDATE SKIP LOCKED
     ) AS expired
     WHERE tasks.id = expired.id`,
    { queueId },
  );
  return rowCount;
}

/** Undoes leases that no client heard of: the tasks can be leased again, and the lease does not count. */
export async function takeBackLeases(database: Database, leased: readonly PullTask[]): Promise<void> {
  await database.raw(
    `UPDATE render.tasks
     SET leased_until_us = render.now_microseconds(), is_free = true, retry_count = retry_count - 1
     FROM json_to_recordset(:leased::json) AS lease (id uuid, until bigint)
     WHERE tasks.id = lease.id AND tasks.leased_until_us = lease.until`,
    {
      leased: JSON.stringify(
        leased.map(({ rowId, leasedUntilMicroseconds }) => ({ id: rowId, until: leasedUntilMicroseconds })),
      ),
    },
  );
}

/**
 * Returns the tag of the task that is the oldest of the queue, leased or not; `undefined` if the queue is empty.
 *
 * @param isFree whether only tasks count that can be leased.
 */
export async function oldestTag(
  database: Database,
  queueId: string,
  isFree: boolean,
): Promise<string | undefined> {
  if (isFree) await freeExpired(database, queueId);
  const { rows } = await database.raw<{ rows: { tag: string }[] }>(
    `SELECT tag FROM render.tasks
     WHERE queue_id = :queueId ${isFree ? 'AND is_free AND leased_until_us <= render.now_microseconds()' : ''}
     ORDER BY enqueued_us, name LIMIT 1`,
    { queueId },
  );
  return rows[0]?.tag;
}

/** Why the lease of a task was not changed. */
export type LeaseRefusal = 'unknown' | 'expired';

/**
 * Lets the lease of a task end so many seconds from now; 0 releases it.
 *
 * @param check throws where the task, which is leased, must not be changed.
 */
export function changeLease(
  database: Database,
  {
    queueId,
    id,
    leaseSeconds,
  }: { readonly queueId: string; readonly id: string; readonly leaseSeconds: number },
  check: (task: PullTask) => void,
): Promise<PullTask | LeaseRefusal> {
  return database.transaction(async (transaction) => {
    const found = await lockTask(transaction, queueId, id);
    if (!found) return 'unknown';
    if (found.isExpired) return 'expired';
    check(asPullTask(found));
    const { rows } = await transaction.raw<{ rows: TaskRow[] }>(
      `UPDATE render.tasks
       SET leased_until_us = render.now_microseconds() + :leaseMicroseconds::bigint, is_free = :isFree
       WHERE id = :rowId RETURNING ${TASK_COLUMNS}`,
      { rowId: found.rowId, leaseMicroseconds: leaseSeconds * MICROSECONDS, isFree: leaseSeconds === 0 },
    );
    return rows.map(asPullTask)[0] ?? 'unknown';
  });
}

async function lockTask(
  transaction: Knex.Transaction,
  queueId: string,
  id: string,
): Promise<(TaskRow & { readonly isExpired: boolean }) | undefined> {
  if (!isPossibleName(id)) return undefined;
  const { rows } = await transaction.raw<{ rows: (TaskRow & { isExpired: boolean })[] }>(
    `SELECT ${TASK_COLUMNS}, tasks.leased_until_us < render.now_microseconds() AS "isExpired"
     FROM render.tasks WHERE queue_id = :queueId AND name = :id FOR UPDATE`,
    { queueId, id },
  );
  return rows[0];
}

/** Ends the leases of tasks, by the keys of their rows; returns how many were leased. */
export async function releaseLeases(
  database: DatabaseOrTransaction,
  rowIds: readonly string[],
): Promise<number> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `UPDATE render.tasks SET leased_until_us = render.now_microseconds(), is_free = true, rendered_by = NULL
     WHERE id = ANY (:rowIds::uuid[]) AND leased_until_us > render.now_microseconds()`,
    { rowIds: [...rowIds] },
  );
  return rowCount;
}
