import type { PostgresObserver } from './postgres-observer.ts';

// Everything that the bench knows of the queue's tables. Whatever changes them changes this file, and no other here.

/** Returns how many tasks have succeeded; their results are stored by then. */
export async function countSuccesses(observer: PostgresObserver): Promise<number> {
  const [row] = await observer.query<{ count: number }>(
    'SELECT coalesce(sum(successes), 0)::integer AS count FROM queue.task_counts',
  );
  return row?.count ?? 0;
}

/** Returns how many tasks run, or are taken by an engine. */
export async function countRunning(observer: PostgresObserver): Promise<number> {
  const [row] = await observer.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM queue.leases',
  );
  return row?.count ?? 0;
}

/**
 * Copies the newest package that waits: far quicker than enqueueing so many. No engine could verify a copy, so these
 * must be such that are never taken: behind everything else by their priority, or with a key that is at its limit.
 */
export async function copyWaitingPackage(
  observer: PostgresObserver,
  { count, priority }: { readonly count: number; readonly priority?: number },
): Promise<void> {
  await observer.query(
    `INSERT INTO pgboss.job (name, data, priority, created_on, start_after, keep_until, fairness_key, limit_key,
       limit_count, waits_for)
     SELECT name, data, coalesce($2, priority), created_on + n * interval '1 microsecond', start_after, keep_until,
       fairness_key, limit_key, limit_count, waits_for
     FROM (SELECT * FROM pgboss.job ORDER BY created_on DESC, id DESC LIMIT 1) AS one, generate_series(1, $1) AS n`,
    [count, priority ?? null],
  );
}

/** Stores tasks that have succeeded, a second after each other, up to now. */
export async function storeSuccesses(observer: PostgresObserver, count: number): Promise<void> {
  await observer.query(
    `INSERT INTO queue.tasks (id, name, func, args, result, cluster, started, stopped, success, attempt_count)
     SELECT gen_random_uuid(), 'task-' || n, 'bench.noop', '{}', '1', 'composite',
       now() - ($1 - n + 1) * interval '1 second', now() - ($1 - n) * interval '1 second', true, 1
     FROM generate_series(1, $1::integer) AS n`,
    [count],
  );
}
