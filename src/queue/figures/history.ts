import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';
import { queueFigures } from './queue-figures.ts';

/** How long the figures of each minute are kept: pages show the last day. */
const KEPT_HOURS = 25;

/** The engine in the counts of past days, which are those of all engines. */
const ALL_ENGINES = '00000000-0000-0000-0000-000000000000';

/**
 * Notes how many tasks wait in each queue, once a minute: whichever engine comes first does it, of all queues, so
 * that a queue without engines is noted too. Forgets what is older than a day.
 */
export async function sampleQueueDepths(database: Database): Promise<void> {
  const { rows } = await database.raw<{ rows: { isSampled: boolean }[] }>(
    `SELECT EXISTS (SELECT FROM queue.queue_depths WHERE minute = date_trunc('minute', now())) AS "isSampled"`,
  );
  if (rows[0]?.isSampled) return;
  const depths = (await queueFigures(database)).map(({ queue, queued }) => ({ queue, waiting: queued }));
  await database.raw(
    `INSERT INTO queue.queue_depths (minute, queue, waiting)
     SELECT date_trunc('minute', now()), queue, waiting
     FROM json_to_recordset(?::json) AS depth (queue text, waiting integer)
     ON CONFLICT (minute, queue) DO NOTHING`,
    [JSON.stringify(depths)],
  );
  await database('queue.queue_depths')
    .whereRaw(`minute < now() - ? * interval '1 hour'`, [KEPT_HOURS])
    .delete();
}

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
