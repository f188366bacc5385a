// Leases. A task can be leased once its `leased_until_us` has passed; `is_free` only puts those tasks into the indexes
// that are walked in the order of the queue, so that a lease costs the same however many leased tasks are in front.

import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { isPossibleName } from './names.ts';
import { asPullTask, MICROSECONDS, type PullTask, TASK_COLUMNS, type TaskRow } from './pull-task.ts';
import { LOCKED_ROWS, MOST_PAYLOAD_BYTES } from './tasks.ts';

/** What a client wants to lease. */
export interface LeaseRequest {
  readonly count: number;
  readonly leaseSeconds: number;
  /** Only tasks with this tag. Default: all. */
  readonly tag?: string | undefined;
}

/** Ended leases that one statement puts back. */
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
  for (;;) {
    const { rows } = await prepared<TaskRow>(
      database,
      `SELECT id AS "rowId", name AS id, payload, tag, enqueued_us AS enqueued, leased_until_us AS "leasedUntil",
         leased_until_us > render.now_microseconds() AS "isLeased", retry_count AS "retryCount"
       FROM render.lease_tasks(?, ?, ?, ?, ?, ?)`,
      [queueId, tag ?? null, count, MOST_PAYLOAD_BYTES, leaseSeconds * MICROSECONDS, MOST_FREED],
    );
    // A row of nulls says that more leases had ended than one call frees.
    if (rows[0]?.rowId !== null) return rows.map(asPullTask);
  }
}

/** Puts all tasks whose lease has ended back into the order of the queue. */
export async function freeExpired(database: Database, queueId: string): Promise<void> {
  for (;;) {
    const { rows } = await prepared<{ freed: number }>(
      database,
      'SELECT render.free_expired(?, ?) AS freed',
      [queueId, MOST_FREED],
    );
    if (rows[0]?.freed !== MOST_FREED) return;
  }
}

/** Undoes leases that no client heard of: the tasks can be leased again, and the lease does not count. */
export async function takeBackLeases(database: Database, leased: readonly PullTask[]): Promise<void> {
  await database.raw(
    `UPDATE render.tasks
     SET leased_until_us = render.now_microseconds(), is_free = true, retry_count = retry_count - 1
     FROM (
       SELECT tasks.id, until
       FROM json_to_recordset(:leased::json) AS lease (id uuid, until bigint) JOIN render.tasks USING (id)
       ORDER BY queue_id, name FOR UPDATE OF tasks
     ) AS locked
     WHERE tasks.id = locked.id AND tasks.leased_until_us = locked.until`,
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
     FROM ${LOCKED_ROWS} AS locked
     WHERE tasks.id = locked.id AND tasks.leased_until_us > render.now_microseconds()`,
    { rowIds: [...rowIds] },
  );
  return rowCount;
}
