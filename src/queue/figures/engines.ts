import type { Database } from '../../platform/database/connection.ts';
import type { HealthCheck } from '../../platform/health.ts';
import type { TaskQueue } from '../enqueueing/task-queue.ts';
import { type EngineMemory, type EngineState, LEASE_SECONDS } from '../leases/engine-state.ts';

/** An engine that lives, as it last told of itself. */
export interface EngineStatus {
  readonly id: string;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  readonly state: EngineState;
  readonly workerCount: number;
  /** Tasks that it holds, in its workers or waiting for one of them. */
  readonly running: number;
  /** Tasks that it has taken, and no worker has begun (Django-Q's task queue). */
  readonly waitingTasks: number;
  /** Results that are not stored yet (Django-Q's result queue). */
  readonly waitingResults: number;
  /** Workers that it had to replace. */
  readonly reincarnations: number;
  readonly uptimeSeconds: number;
  /** Since it was last heard of. */
  readonly silentSeconds: number;
  readonly processes: readonly EngineMemory[];
}

/** The engines that live, those of one queue together, oldest first. */
export async function liveEngines(database: Database): Promise<EngineStatus[]> {
  const { rows } = await database.raw<{ rows: EngineStatus[] }>(
    `SELECT id, queue, host, pid, state, worker_count AS "workerCount", reincarnations, processes,
       (SELECT count(*)::integer FROM queue.leases WHERE engine_id = engines.id) AS running,
       waiting_tasks AS "waitingTasks", waiting_results AS "waitingResults",
       extract(epoch FROM clock_timestamp() - started)::double precision AS "uptimeSeconds",
       extract(epoch FROM clock_timestamp() - heartbeat)::double precision AS "silentSeconds"
     FROM queue.engines
     WHERE heartbeat > clock_timestamp() - ? * interval '1 second' AND state NOT IN ('stopped', 'lost')
     ORDER BY queue, started, id`,
    [LEASE_SECONDS],
  );
  return rows;
}

/** Checks that the broker can be reached, and that an engine is running. */
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
