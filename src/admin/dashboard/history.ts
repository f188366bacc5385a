import type { Database } from '../../platform/database/connection.ts';
import type { History, HistoryPoint } from './shapes.ts';

/** How much time is shown, and in which steps. */
export const HISTORY_SPANS = {
  hour: { steps: 60, stepSeconds: 60 },
  day: { steps: 96, stepSeconds: 900 },
} as const;

/** One of {@link HISTORY_SPANS}. */
export type HistorySpan = keyof typeof HISTORY_SPANS;

/** Reads what ended and what waited, of all queues together. */
export async function readHistory(database: Database, span: HistorySpan): Promise<History> {
  const { steps, stepSeconds } = HISTORY_SPANS[span];
  const { rows } = await database.raw<{ rows: (Omit<HistoryPoint, 'moment'> & { epochSeconds: number })[] }>(
    `WITH steps AS (
       SELECT (floor(extract(epoch FROM now()) / :step) - :steps + n) * :step AS start
       FROM generate_series(1, :steps) AS n
     ), ended AS (
       SELECT floor(extract(epoch FROM minute) / :step) * :step AS start,
         sum(successes) AS successes, sum(failures) AS failures
       FROM queue.task_counts WHERE minute >= now() - (:steps + 1) * :step * interval '1 second' GROUP BY 1
     ), depths AS (
       SELECT floor(extract(epoch FROM minute) / :step) * :step AS start, max(waiting) AS waiting
       FROM (
         SELECT minute, sum(waiting) AS waiting FROM queue.queue_depths
         WHERE minute >= now() - (:steps + 1) * :step * interval '1 second' GROUP BY minute
       ) AS sums GROUP BY 1
     )
     SELECT start::double precision AS "epochSeconds", coalesce(successes, 0)::integer AS successes,
       coalesce(failures, 0)::integer AS failures, waiting::integer AS waiting
     FROM steps LEFT JOIN ended USING (start) LEFT JOIN depths USING (start) ORDER BY start`,
    { steps, step: stepSeconds },
  );
  return {
    stepSeconds,
    points: rows.map(({ epochSeconds, ...point }) => ({
      moment: new Date(epochSeconds * 1_000).toISOString(),
      ...point,
    })),
  };
}
