import type { Database } from '../platform/database/connection.ts';
import type { HealthCheck } from '../platform/health.ts';
import { type EngineState, LEASE_SECONDS } from './cluster/engine-registry.ts';
import type { TaskQueue } from './task-queue.ts';

/** An engine that lives, as it last told of itself. */
export interface EngineStatus {
  readonly id: string;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  readonly state: EngineState;
  readonly workerCount: number;
  /** Tasks that it holds. */
  readonly running: number;
  /** Workers that it had to replace. */
  readonly reincarnations: number;
  readonly uptimeSeconds: number;
  /** Since it was last heard of. */
  readonly silentSeconds: number;
}

/** The queue in one summary. */
export interface QueueStatistics {
  readonly engines: number;
  readonly workers: number;
  readonly reincarnations: number;
  /** Tasks that wait, those delayed included, and tasks that run. */
  readonly queued: number;
  readonly running: number;
  readonly successes: number;
  readonly failures: number;
  /** Tasks that ended in the last 24 hours. */
  readonly tasksLastDay: number;
  /** From enqueueing to result, over the successes of the last 24 hours; null where there are none. */
  readonly averageSeconds: number | null;
}

/** The engines that live, oldest first. */
export async function liveEngines(database: Database): Promise<EngineStatus[]> {
  const { rows } = await database.raw<{ rows: EngineStatus[] }>(
    `SELECT id, queue, host, pid, state, worker_count AS "workerCount", reincarnations,
       (SELECT count(*)::integer FROM leases WHERE engine_id = engines.id) AS running,
       extract(epoch FROM clock_timestamp() - started)::double precision AS "uptimeSeconds",
       extract(epoch FROM clock_timestamp() - heartbeat)::double precision AS "silentSeconds"
     FROM engines
     WHERE heartbeat > clock_timestamp() - ? * interval '1 second' AND state NOT IN ('stopped', 'lost')
     ORDER BY started, id`,
    [LEASE_SECONDS],
  );
  return rows;
}

/** Counts everything once; for a summary, not for a poll. */
export async function queueStatistics(database: Database, queue: TaskQueue): Promise<QueueStatistics> {
  const [engines, queued, running, finished] = await Promise.all([
    liveEngines(database),
    queue.queueSize(),
    queue.lockSize(),
    countFinished(database),
  ]);
  return {
    engines: engines.length,
    workers: engines.reduce((sum, { workerCount }) => sum + workerCount, 0),
    reincarnations: engines.reduce((sum, { reincarnations }) => sum + reincarnations, 0),
    queued,
    running,
    ...finished,
  };
}

/** The broker, and that somebody is there to do the work. */
export function queueHealthChecks(database: Database, queue: TaskQueue): HealthCheck[] {
  return [
    { name: 'broker', check: () => queue.ping() },
    {
      name: 'engine',
      async check() {
        const engines = await liveEngines(database);
        if (engines.length === 0)
          throw new Error('no engine is running: start one with `node dist/engine.js`');
      },
    },
  ];
}

async function countFinished(
  database: Database,
): Promise<Pick<QueueStatistics, 'successes' | 'failures' | 'tasksLastDay' | 'averageSeconds'>> {
  const { rows } = await database.raw(
    `SELECT count(*) FILTER (WHERE success)::integer AS successes,
       count(*) FILTER (WHERE NOT success)::integer AS failures,
       count(*) FILTER (WHERE stopped > now() - interval '1 day')::integer AS "tasksLastDay",
       avg(extract(epoch FROM stopped - started)) FILTER (WHERE success AND stopped > now() - interval '1 day')
         ::double precision AS "averageSeconds"
     FROM tasks`,
  );
  return rows[0];
}
