import type { Database } from '../../platform/database/connection.ts';
import { queueFigures } from './queue-figures.ts';

/** How long the depths of each minute are kept. */
const KEPT_HOURS = 25;

/**
 * Notes how many tasks wait in each queue, once a minute: whichever engine comes first does it, of all queues, so
 * that one that nobody serves is noted too. Forgets what is older than a day.
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
