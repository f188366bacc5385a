import { boundedCount } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { liveEngines } from './engines.ts';
import { queueFigures } from './queue-figures.ts';

/** Figures of {@link QueueStatistics} that may be estimates. */
export type EstimatedFigure = 'queued' | 'successes' | 'failures';

/** All queues in one summary. */
export interface QueueStatistics {
  /** The names of the queues. */
  readonly queues: readonly string[];
  readonly engines: number;
  readonly workers: number;
  readonly reincarnations: number;
  /** Tasks that wait, those delayed included, and tasks that engines hold. */
  readonly queued: number;
  readonly running: number;
  /** Finished tasks that are stored. */
  readonly successes: number;
  readonly failures: number;
  /** Schedules that are not over. */
  readonly schedules: number;
  /** Attempts that ended in the last 24 hours. */
  readonly tasksLastDay: number;
  /** From enqueueing to result, over the newest thousand successes of the last 24 hours; null where there are none. */
  readonly averageSeconds: number | null;
  /** The figures that are estimates of Postgres, because counting them would take too long. */
  readonly estimated: readonly EstimatedFigure[];
}

/** Successes from which the average is taken. */
const SAMPLE_SIZE = 1_000;

/** Reads the summary; no slower for a million tasks than for ten thousand. */
export async function queueStatistics(database: Database): Promise<QueueStatistics> {
  const [engines, figures, successes, failures, rest] = await Promise.all([
    liveEngines(database),
    queueFigures(database),
    boundedCount(database, database('queue.tasks').where({ success: true })),
    boundedCount(database, database('queue.tasks').where({ success: false })),
    schedulesAndAverage(database),
  ]);
  const estimates: readonly (readonly [EstimatedFigure, boolean])[] = [
    ['queued', figures.some(({ isQueuedEstimated }) => isQueuedEstimated)],
    ['successes', successes.isEstimated],
    ['failures', failures.isEstimated],
  ];
  return {
    queues: figures.map(({ queue }) => queue),
    engines: engines.length,
    workers: engines.reduce((sum, { workerCount }) => sum + workerCount, 0),
    reincarnations: engines.reduce((sum, { reincarnations }) => sum + reincarnations, 0),
    queued: figures.reduce((sum, { queued }) => sum + queued, 0),
    running: figures.reduce((sum, { running }) => sum + running, 0),
    successes: successes.count,
    failures: failures.count,
    ...rest,
    tasksLastDay: figures.reduce(
      (sum, { successesLastDay, failuresLastDay }) => sum + successesLastDay + failuresLastDay,
      0,
    ),
    estimated: estimates.flatMap(([figure, isEstimated]) => (isEstimated ? [figure] : [])),
  };
}

async function schedulesAndAverage(
  database: Database,
): Promise<Pick<QueueStatistics, 'schedules' | 'averageSeconds'>> {
  const { rows } = await database.raw<{ rows: { schedules: number; averageSeconds: number | null }[] }>(
    `SELECT (SELECT count(*)::integer FROM queue.schedules WHERE repeats <> 0) AS schedules,
       (SELECT avg(extract(epoch FROM stopped - started))::double precision FROM (
         SELECT started, stopped FROM queue.tasks WHERE success AND stopped > now() - interval '1 day'
         ORDER BY stopped DESC LIMIT ?
       ) AS newest) AS "averageSeconds"`,
    [SAMPLE_SIZE],
  );
  return rows[0] ?? { schedules: 0, averageSeconds: null };
}
