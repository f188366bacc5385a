import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import type { Lease } from '../leases/lease.ts';

/** A failed attempt, and how far it got. */
export interface FailedAttempt {
  readonly taskId: string;
  /** The last `done` that its function reported; 0 if it reported none. */
  readonly done: number;
}

/** A failed attempt whose lease has not ended; what the lease says of its progress counts, too. */
export type HeldFailure = Lease & Pick<FailedAttempt, 'done'>;

/**
 * Notes failed attempts of different tasks. Nothing is stored of a task that never fails.
 *
 * @returns how many attempts of each task have now failed in a row without getting further than those before, by its id.
 */
export async function noteFailedAttempts(
  transaction: DatabaseOrTransaction,
  queueName: string,
  attempts: readonly FailedAttempt[],
): Promise<ReadonlyMap<string, number>> {
  return note(
    transaction,
    queueName,
    'SELECT "taskId" AS task_id, done FROM json_to_recordset(?::json) AS failed ("taskId" uuid, done double precision)',
    attempts,
  );
}

/** Notes failed attempts likewise, but not those whose leases are no longer there, as others have the tasks. */
export async function noteHeldFailures(
  transaction: DatabaseOrTransaction,
  queueName: string,
  failures: readonly HeldFailure[],
): Promise<ReadonlyMap<string, number>> {
  return note(
    transaction,
    queueName,
    `SELECT task_id, greatest(done, (progress ->> 'done')::double precision) AS done
     FROM json_to_recordset(?::json) AS held (id uuid, "engineId" uuid, attempt integer, done double precision)
       JOIN queue.leases ON task_id = held.id AND engine_id = held."engineId" AND leases.attempt = held.attempt`,
    failures,
  );
}

/** @param failed SQL: a query of `task_id` and `done`, bound to the attempts as JSON. */
async function note(
  transaction: DatabaseOrTransaction,
  queueName: string,
  failed: string,
  attempts: readonly object[],
): Promise<ReadonlyMap<string, number>> {
  if (attempts.length === 0) return new Map();
  const { rows } = await transaction.raw<{ rows: { id: string; attempts: number }[] }>(
    // In the order of ids, so that no two transactions wait for each other.
    `INSERT INTO queue.standstills AS standstill (task_id, queue, furthest, attempts)
     SELECT task_id, ?, done, CASE WHEN done > 0 THEN 0 ELSE 1 END FROM (${failed}) AS failed ORDER BY task_id
     ON CONFLICT (task_id) DO UPDATE SET
       furthest = greatest(standstill.furthest, excluded.furthest),
       attempts = CASE WHEN excluded.furthest > standstill.furthest THEN 0 ELSE standstill.attempts + 1 END
     RETURNING task_id AS id, attempts`,
    [queueName, JSON.stringify(attempts)],
  );
  return new Map(rows.map(({ id, attempts: count }) => [id, count]));
}

/** Forgets tasks that have ended, or are no longer queued. */
export async function forgetStandstills(
  transaction: DatabaseOrTransaction,
  taskIds: readonly string[],
): Promise<void> {
  if (taskIds.length === 0) return;
  await transaction('queue.standstills')
    .whereRaw('task_id = ANY (?::uuid[])', [[...taskIds]])
    .delete();
}

/** Forgets all tasks of a queue but those that engines hold, once all that waited in it were removed. */
export async function forgetStandstillsOfPurged(
  transaction: DatabaseOrTransaction,
  queueName: string,
): Promise<void> {
  await transaction('queue.standstills')
    .where({ queue: queueName })
    .whereNotExists(transaction('queue.leases').whereRaw('leases.task_id = standstills.task_id'))
    .delete();
}
