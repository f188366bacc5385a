import { boundedCount } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { averageDurations, liveEngines, queueFigures, runningTasks } from '../../queue/index.ts';
import { engineRow } from '../queue/engines.ts';
import { runningRow } from '../queue/running-list.ts';
import type { TaskDescriber } from '../queue/task-describer.ts';
import { attentionOf, readPaused, readTrends } from './attention.ts';
import { readFailureGroups } from './failure-groups.ts';
import type { DashboardData, Ended } from './shapes.ts';

/** Running tasks that the page shows. */
const SHOWN_RUNNING = 20;

/** What changes slowly is read so often. */
const SLOW_MILLISECONDS = 10_000;

/** Reads what the first page shows: what changes fast each time, the rest every few seconds. */
export class DashboardReader {
  readonly #database: Database;
  readonly #describer: TaskDescriber;
  readonly #appsByQueue: ReadonlyMap<string, readonly string[]>;
  #slow: { readonly parts: Promise<SlowParts>; readonly readMilliseconds: number } | undefined;

  /** @param appsByQueue the titles of the apps whose tasks go to a queue. */
  constructor(
    database: Database,
    describer: TaskDescriber,
    appsByQueue: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#database = database;
    this.#appsByQueue = appsByQueue;
    this.#describer = describer;
  }

  /** Reads it. */
  async read(): Promise<DashboardData> {
    const database = this.#database;
    const [engines, queues, paused, held, slow] = await Promise.all([
      liveEngines(database),
      queueFigures(database),
      readPaused(database),
      runningTasks(database, { limit: SHOWN_RUNNING }),
      this.#readSlow(),
    ]);
    const now = Date.now();
    const [longest] = queues
      .flatMap(({ queue, oldestSeconds }) => (oldestSeconds === null ? [] : [{ queue, oldestSeconds }]))
      .sort((one, other) => other.oldestSeconds - one.oldestSeconds);
    const sum = (of: (queue: (typeof queues)[number]) => number) => sumOf(queues, of);
    return {
      attention: attentionOf({ engines, queues, paused, ...slow }),
      waiting: {
        count: sum(({ queued }) => queued),
        isEstimated: queues.some(({ isQueuedEstimated }) => isQueuedEstimated),
        delayed: sum(({ delayed }) => delayed),
        oldest: longest ? { queue: longest.queue, since: secondsAgo(now, longest.oldestSeconds) } : null,
      },
      running: sum(({ running }) => running),
      workers: sum(({ workers }) => workers),
      failed: slow.failed,
      lastHour: {
        successes: sumOf(slow.lastHour.values(), ({ successes }) => successes),
        failures: sumOf(slow.lastHour.values(), ({ failures }) => failures),
      },
      lastDay: {
        successes: sum(({ successesLastDay }) => successesLastDay),
        failures: sum(({ failuresLastDay }) => failuresLastDay),
      },
      ...slow.averages,
      queues: queues.map(({ queue, isPaused, queued, isQueuedEstimated, running, workers }) => ({
        queue,
        apps: this.#appsByQueue.get(queue) ?? [],
        isPaused,
        waiting: { count: queued, isEstimated: isQueuedEstimated },
        running,
        workers,
        lastHour: slow.lastHour.get(queue) ?? NOTHING_ENDED,
      })),
      engines: engines.map((engine) => engineRow(engine, now)),
      runningTasks: await this.#describer.describe(held.map(runningRow)),
      failures: slow.failures,
    };
  }

  #readSlow(): Promise<SlowParts> {
    const now = performance.now();
    if (this.#slow && now - this.#slow.readMilliseconds < SLOW_MILLISECONDS) return this.#slow.parts;
    const parts = readSlowParts(this.#database);
    this.#slow = { parts, readMilliseconds: now };
    parts.catch(() => {
      this.#slow = undefined;
    });
    return parts;
  }
}

type SlowParts = Awaited<ReturnType<typeof readSlowParts>>;

async function readSlowParts(database: Database) {
  const [failures, trends, failed, lastHour, averages] = await Promise.all([
    readFailureGroups(database),
    readTrends(database),
    boundedCount(database, database('queue.tasks').where({ success: false })),
    readLastHour(database),
    averageDurations(database),
  ]);
  return { failures, ...trends, failed, lastHour, averages };
}

const NOTHING_ENDED: Ended = { successes: 0, failures: 0 };

/** What ended in the last hour, by queue. */
async function readLastHour(database: Database): Promise<ReadonlyMap<string, Ended>> {
  const { rows } = await database.raw<{ rows: (Ended & { queue: string })[] }>(
    `SELECT queue, sum(successes)::integer AS successes, sum(failures)::integer AS failures
     FROM queue.task_counts WHERE minute > now() - interval '1 hour' GROUP BY queue`,
  );
  return new Map(rows.map(({ queue, ...ended }) => [queue, ended]));
}

function sumOf<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  return [...items].reduce((all, each) => all + of(each), 0);
}

/** To the second: what is a little off each time would look like news. */
function secondsAgo(now: number, seconds: number): string {
  return new Date(Math.round(now / 1_000 - seconds) * 1_000).toISOString();
}
