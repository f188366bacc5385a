import { estimatedCount, MOST_COUNTED_ROWS } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { EngineState } from '../leases/engine-state.ts';
import { DEFAULT_QUEUE_NAME } from '../queue-name.ts';
import { liveEngines } from './engines.ts';

/** One queue in figures, from tables and indexes alone that do not grow with it. */
export interface QueueFigures {
  readonly queue: string;
  /** Whether engines take nothing from it, as somebody has paused it. */
  readonly isPaused: boolean;
  /** Tasks that wait, those delayed included; an estimate past ten thousand. */
  readonly queued: number;
  readonly isQueuedEstimated: boolean;
  /** Of the ten thousand oldest that wait, those whose time has not come. */
  readonly delayed: number;
  /** How long a task has been waiting that could run, the oldest of those; null where there is none. */
  readonly oldestSeconds: number | null;
  /** Tasks that engines hold. */
  readonly running: number;
  readonly workers: number;
  readonly engines: Readonly<Partial<Record<EngineState, number>>>;
  /** Attempts that have ended since the queue is there, and in the last 24 hours. */
  readonly successes: number;
  readonly failures: number;
  readonly successesLastDay: number;
  readonly failuresLastDay: number;
}

/** What waits, counted up to a limit. */
interface WaitingRow {
  readonly queue: string;
  readonly isPaused: boolean;
  readonly queued: number;
  readonly delayed: number;
  readonly oldestSeconds: number | null;
}

interface CountRow {
  readonly queue: string;
  readonly successes: number;
  readonly failures: number;
  readonly successesLastDay: number;
  readonly failuresLastDay: number;
}

const NOTHING_COUNTED = { successes: 0, failures: 0, successesLastDay: 0, failuresLastDay: 0 };

/** The figures of every queue there is, by name. */
export async function queueFigures(database: Database): Promise<QueueFigures[]> {
  const [engines, waiting, counts] = await Promise.all([
    liveEngines(database),
    waitingTasks(database),
    countedAttempts(database),
  ]);
  const countsOf = new Map(counts.map(({ queue, ...counted }) => [queue, counted]));
  return waiting.map((row) => {
    const ours = engines.filter(({ queue }) => queue === row.queue);
    const states = Object.groupBy(ours, ({ state }) => state);
    return {
      ...row,
      isQueuedEstimated: row.queued > MOST_COUNTED_ROWS,
      running: ours.reduce((sum, { running }) => sum + running, 0),
      workers: ours.reduce((sum, { workerCount }) => sum + workerCount, 0),
      engines: Object.fromEntries(
        Object.entries(states).map(([state, those]) => [state, those?.length ?? 0]),
      ),
      ...(countsOf.get(row.queue) ?? NOTHING_COUNTED),
    };
  });
}

/** What is in the tables of both brokers: after a change from one to the other, tasks may be left with the first. */
async function waitingTasks(database: Database): Promise<WaitingRow[]> {
  const { rows } = await database.raw<{ rows: WaitingRow[] }>(
    `WITH names AS (
       SELECT :defaultName AS name UNION SELECT name FROM pgboss.queue UNION SELECT name FROM queue.queues
       UNION SELECT queue FROM queue.engines UNION SELECT queue FROM queue.task_counts
     )
     SELECT names.name AS queue,
       EXISTS (SELECT FROM queue.queues WHERE queues.name = names.name AND paused_since IS NOT NULL) AS "isPaused",
       waiting.*
     FROM names CROSS JOIN LATERAL (
       SELECT count(*)::integer AS queued, count(*) FILTER (WHERE start_after > now())::integer AS delayed,
         extract(epoch FROM now() - min(greatest(created, start_after)) FILTER (WHERE start_after <= now()))
           ::double precision AS "oldestSeconds"
       FROM (
         (SELECT start_after, created_on AS created FROM pgboss.job
          WHERE job.name = names.name AND state < 'completed' AND state IN ('created', 'retry')
          ORDER BY created_on LIMIT :most)
         UNION ALL
         (SELECT start_after, created FROM queue.sqs_packages
          WHERE sqs_packages.queue = names.name AND state <> 'held'
          ORDER BY created LIMIT :most)
       ) AS oldest
     ) AS waiting
     ORDER BY names.name`,
    { defaultName: DEFAULT_QUEUE_NAME, most: MOST_COUNTED_ROWS + 1 },
  );
  // Further statements for each queue that is very long: there are few queues, and fewer such.
  return Promise.all(
    rows.map(async (row) =>
      row.queued > MOST_COUNTED_ROWS ? { ...row, queued: await estimatedWaiting(database, row) } : row,
    ),
  );
}

async function estimatedWaiting(database: Database, { queue, queued }: WaitingRow): Promise<number> {
  const [inPostgres, atAmazon] = await Promise.all([
    estimatedCount(
      database,
      database('pgboss.job').where({ name: queue }).whereIn('state', ['created', 'retry']),
    ),
    estimatedCount(database, database('queue.sqs_packages').where({ queue }).whereNot({ state: 'held' })),
  ]);
  return Math.max(inPostgres + atAmazon, queued);
}

async function countedAttempts(database: Database): Promise<CountRow[]> {
  const { rows } = await database.raw<{ rows: CountRow[] }>(
    `SELECT queue, sum(successes)::double precision AS successes, sum(failures)::double precision AS failures,
       coalesce(sum(successes) FILTER (WHERE minute > now() - interval '1 day'), 0)::integer AS "successesLastDay",
       coalesce(sum(failures) FILTER (WHERE minute > now() - interval '1 day'), 0)::integer AS "failuresLastDay"
     FROM queue.task_counts GROUP BY queue`,
  );
  return rows;
}
