import type { Database } from '../../platform/database/connection.ts';
import type { CarriedQueue } from '../brokers/carrier.ts';
import { allCarriers } from '../brokers/carriers.ts';
import type { EngineState } from '../leases/engine-state.ts';
import { type EngineStatus, liveEngines } from './engines.ts';

/** One queue in figures; reading them takes no longer for a long queue than for a short one. */
export interface QueueFigures {
  readonly queue: string;
  /** Whether an operator has paused it, so that engines take nothing from it. */
  readonly isPaused: boolean;
  /** Tasks that wait, those delayed included; an estimate past ten thousand. */
  readonly queued: number;
  readonly isQueuedEstimated: boolean;
  /** How many of the ten thousand oldest that wait are delayed. */
  readonly delayed: number;
  /** How long the oldest task has been waiting that could run; `null` if there is none. */
  readonly oldestSeconds: number | null;
  /** Tasks that engines hold. */
  readonly running: number;
  /** Packages and messages that an engine left in the queue, as it could not verify them: the most of one engine. */
  readonly unverified: number;
  readonly workers: number;
  readonly engines: Readonly<Partial<Record<EngineState, number>>>;
  /** Attempts that have ended: all of them, and in the last 24 hours. */
  readonly successes: number;
  readonly failures: number;
  readonly successesLastDay: number;
  readonly failuresLastDay: number;
}

interface CountRow {
  readonly queue: string;
  readonly successes: number;
  readonly failures: number;
  readonly successesLastDay: number;
  readonly failuresLastDay: number;
}

const NOTHING_COUNTED = { successes: 0, failures: 0, successesLastDay: 0, failuresLastDay: 0 };

/** Returns the figures of every queue there is, by name. */
export async function queueFigures(database: Database): Promise<QueueFigures[]> {
  const [engines, known, counts, ...carried] = await Promise.all([
    liveEngines(database),
    knownQueues(database),
    countedAttempts(database),
    ...allCarriers(database).map((carrier) => carrier.queues()),
  ]);
  const countsOf = new Map(counts.map(({ queue, ...counted }) => [queue, counted]));
  const pausedNames = new Set(known.filter(({ isPaused }) => isPaused).map(({ name }) => name));
  const carriedByName = Map.groupBy(carried.flat(), ({ name }) => name);
  const names = new Set([...known.map(({ name }) => name), ...carriedByName.keys()]);
  return [...names].toSorted().map((queue) => ({
    queue,
    isPaused: pausedNames.has(queue),
    ...waitingFigures(carriedByName.get(queue) ?? []),
    ...engineFigures(engines.filter((engine) => engine.queue === queue)),
    ...(countsOf.get(queue) ?? NOTHING_COUNTED),
  }));
}

function waitingFigures(
  carried: readonly CarriedQueue[],
): Pick<QueueFigures, 'queued' | 'isQueuedEstimated' | 'delayed' | 'oldestSeconds'> {
  const ages = carried.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  return {
    queued: carried.reduce((sum, { waiting }) => sum + waiting, 0),
    isQueuedEstimated: carried.some(({ isWaitingEstimated }) => isWaitingEstimated),
    delayed: carried.reduce((sum, { delayed }) => sum + delayed, 0),
    oldestSeconds: ages.length > 0 ? Math.max(...ages) : null,
  };
}

function engineFigures(
  engines: readonly EngineStatus[],
): Pick<QueueFigures, 'running' | 'unverified' | 'workers' | 'engines'> {
  const states = Object.groupBy(engines, ({ state }) => state);
  return {
    running: engines.reduce((sum, { running }) => sum + running, 0),
    unverified: Math.max(0, ...engines.map(({ unverified }) => unverified)),
    workers: engines.reduce((sum, { workerCount }) => sum + workerCount, 0),
    engines: Object.fromEntries(Object.entries(states).map(([state, those]) => [state, those?.length ?? 0])),
  };
}

/** Returns the queues of the installed apps, and all that have been served. */
async function knownQueues(
  database: Database,
): Promise<readonly { readonly name: string; readonly isPaused: boolean }[]> {
  const { rows } = await database.raw<{ rows: { name: string; isPaused: boolean }[] }>(
    `SELECT names.name, queues.paused_since IS NOT NULL AS "isPaused"
     FROM (
       SELECT name FROM queue.queues UNION SELECT queue FROM queue.engines
       UNION SELECT queue FROM queue.task_counts
     ) AS names LEFT JOIN queue.queues ON queues.name = names.name`,
  );
  return rows;
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
