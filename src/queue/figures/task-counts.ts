import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';

/** How long the counts of each minute are kept: what is asked for is the last day. */
const KEPT_HOURS = 25;

/** Stands in the counts of days past, which are those of all engines. */
const ALL_ENGINES = '00000000-0000-0000-0000-000000000000';

/**
 * Adds the counts of days past up, to one row for each queue, so that their sums stay as they are while the table
 * stays small. Any number of engines may do that, at any time.
 */
export async function foldTaskCounts(database: DatabaseOrTransaction): Promise<void> {
  await database.raw(
    `WITH past AS (
       DELETE FROM queue.task_counts WHERE minute < now() - :hours * interval '1 hour' AND engine_id <> :all
       RETURNING queue, successes, failures
     )
     INSERT INTO queue.task_counts (queue, minute, engine_id, successes, failures)
     SELECT queue, 'epoch', :all, sum(successes), sum(failures) FROM past GROUP BY queue
     ON CONFLICT (queue, minute, engine_id) DO UPDATE
     SET successes = task_counts.successes + excluded.successes, failures = task_counts.failures + excluded.failures`,
    { hours: KEPT_HOURS, all: ALL_ENGINES },
  );
}
