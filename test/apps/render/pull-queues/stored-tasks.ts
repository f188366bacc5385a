import type { QueueName } from '../../../../src/apps/render/pull-queues/names.ts';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';

/** A queue of a test. */
export const QUEUE = { project: 'a-project', queue: 'letters' } as const;

/**
 * Stores many tasks at once; the first are leased for an hour, the others can be leased.
 *
 * @param tagCount how many different tags they have: `tag-0`, `tag-1` and so on.
 * @returns the key of the queue.
 */
export async function storeTasks(
  database: Database,
  { leased = 0, waiting, tagCount = 1 }: { leased?: number; waiting: number; tagCount?: number },
  queue: QueueName = QUEUE,
): Promise<string> {
  const queueId = await ensureQueueId(database, queue);
  await database.transaction(async (transaction) => {
    // The keys of the rows are good; checking each of a million takes most of the time.
    await transaction.raw('SET LOCAL session_replication_role = replica');
    await transaction.raw(
      `INSERT INTO render.tasks
       (queue_id, name, tag, payload, payload_bytes, enqueued_us, leased_until_us, is_free, retry_count)
     SELECT :queueId, 'task-' || number, 'tag-' || number % :tagCount, '', 0, number,
       CASE WHEN number > :leased THEN 0 ELSE render.now_microseconds() + 3600000000 END, number > :leased, 0
     FROM generate_series(1, :leased::integer + :waiting::integer) AS number`,
      { queueId, leased, waiting, tagCount },
    );
  });
  return queueId;
}
