import { boundedCount } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { type AverageDurations, averageDurations } from './durations.ts';
import { liveEngines } from './engines.ts';
import { queueFigures } from './queue-figures.ts';

/** Figures of {@link QueueStatistics} that may be estimates. */
export type EstimatedFigure = 'queued' | 'successes' | 'failures';

/** All queues in one summary. */
export interface QueueStatistics extends AverageDurations {
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
  /** The figures that are estimates of Postgres, because counting them would take too long. */
  readonly estimated: readonly EstimatedFigure[];
}

/** Reads the summary; no slower for a million tasks than for ten thousand. */
export async function queueStatistics(database: Database): Promise<QueueStatistics> {
  const [engines, figures, successes, failures, schedules, averages] = await Promise.all([
    liveEngines(database),
    queueFigures(database),
    boundedCount(database, database('queue.tasks').where({ success: true })),
    boundedCount(database, database('queue.tasks').where({ success: false })),
    countSchedules(database),
    averageDurations(database),
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
    schedules,
    ...averages,
    tasksLastDay: figures.reduce(
      (sum, { successesLastDay, failuresLastDay }) => sum + successesLastDay + failuresLastDay,
      0,
    ),
    estimated: estimates.flatMap(([figure, isEstimated]) => (isEstimated ? [figure] : [])),
  };
}

async function countSchedules(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    'SELECT count(*)::integer AS count FROM queue.schedules WHERE repeats <> 0',
  );
  return rows[0]?.count ?? 0;
}
