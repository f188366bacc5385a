import type { Database } from '../../platform/database/connection.ts';
import type { HealthCheck } from '../../platform/health.ts';
import type { TaskQueue } from '../enqueueing/task-queue.ts';
import { type EngineMemory, type EngineState, LEASE_SECONDS } from '../leases/engine-state.ts';

/**
 * How an engine is, by what it last reported and by when that was: one that has sent no heartbeat for some seconds is
 * `silent`, whatever it was doing; after {@link LEASE_SECONDS} it is `lost`.
 */
export type EngineCondition = EngineState | 'silent';

/** After so long without a heartbeat an engine is silent: it sends one each second or two. */
const SILENT_SECONDS = 8;

const SECONDS = { lease: LEASE_SECONDS, silent: SILENT_SECONDS };

const COLUMNS = `
  id, queue, host, pid, state, worker_count AS "workerCount", reincarnations, processes,
  CASE WHEN state IN ('stopped', 'lost') THEN state
    WHEN heartbeat <= clock_timestamp() - :lease * interval '1 second' THEN 'lost'
    WHEN heartbeat <= clock_timestamp() - :silent * interval '1 second' THEN 'silent'
    ELSE state END AS condition,
  (SELECT count(*)::integer FROM queue.leases WHERE engine_id = engines.id) AS running,
  unverified, distrusts_key AS "distrustsKey", waiting_tasks AS "waitingTasks", waiting_results AS "waitingResults",
  extract(epoch FROM clock_timestamp() - started)::double precision AS "uptimeSeconds",
  extract(epoch FROM clock_timestamp() - heartbeat)::double precision AS "silentSeconds"`;

/** An engine, as of its last heartbeat. */
export interface EngineStatus {
  readonly id: string;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  /** As of the last heartbeat. */
  readonly state: EngineState;
  readonly condition: EngineCondition;
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
  /** Packages and messages that it left in the queue since it started, as it could not verify them. */
  readonly unverified: number;
  /** Whether its key is probably wrong, so that it takes nothing more until it is restarted. */
  readonly distrustsKey: boolean;
}

/** The engines that live, those of one queue together, oldest first. */
export async function liveEngines(database: Database): Promise<EngineStatus[]> {
  const { rows } = await database.raw<{ rows: EngineStatus[] }>(
    `SELECT ${COLUMNS} FROM queue.engines
     WHERE heartbeat > clock_timestamp() - :lease * interval '1 second' AND state NOT IN ('stopped', 'lost')
     ORDER BY queue, started, id`,
    SECONDS,
  );
  return rows;
}

/** Engines that live, and after them those that are gone, each with the latest heartbeat first. */
export async function recentEngines(
  database: Database,
  { limit, offset = 0 }: { readonly limit: number; readonly offset?: number },
): Promise<EngineStatus[]> {
  const { rows } = await database.raw<{ rows: EngineStatus[] }>(
    `SELECT * FROM (SELECT ${COLUMNS} FROM queue.engines) AS known
     ORDER BY condition IN ('stopped', 'lost'), condition = 'silent',
       CASE WHEN condition IN ('stopped', 'lost') THEN "silentSeconds" END, queue, "uptimeSeconds" DESC, id LIMIT :limit OFFSET :offset`,
    { ...SECONDS, limit, offset },
  );
  return rows;
}

/** One engine, with the settings that it was started with; `undefined` if there is none. */
export async function findEngine(
  database: Database,
  id: string,
): Promise<(EngineStatus & { readonly settings: unknown }) | undefined> {
  const { rows } = await database.raw<{ rows: (EngineStatus & { settings: unknown })[] }>(
    `SELECT ${COLUMNS}, settings FROM queue.engines WHERE id = :id`,
    { ...SECONDS, id },
  );
  return rows[0];
}

/** Checks that the broker can be reached, and that an engine is running that takes tasks. */
export function queueHealthChecks(database: Database, queue: TaskQueue): HealthCheck[] {
  return [
    { name: 'broker', check: () => queue.ping() },
    {
      name: 'engine',
      async check() {
        const engines = await liveEngines(database);
        if (engines.length === 0)
          throw new Error('no engine is running: start one with `node dist/engine.js`');
        if (engines.every(({ distrustsKey }) => distrustsKey))
          throw new Error(
            'no engine can verify the packages in its queue: DJANGO_SECRET_KEY is probably wrong',
          );
      },
    },
  ];
}
