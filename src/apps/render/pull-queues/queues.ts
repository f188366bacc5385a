import { LRUCache } from 'lru-cache';
import type { Database, DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isPossibleName, type QueueName } from './names.ts';

/** Figures of a queue. */
export interface QueueStatistics {
  readonly totalTasks: number;
  /** When the oldest task was enqueued, in microseconds since 1970; 0 if there is none. */
  readonly oldestMicroseconds: number;
  readonly leasedLastMinute: number;
  readonly leasedLastHour: number;
}

/** The keys of queues that were used lately, by the pool that they were read with. A queue keeps its key for ever. */
const known = new WeakMap<Database, LRUCache<string, string>>();

const MOST_KNOWN = 10_000;

/** Returns the key of a queue; `undefined` if nothing was ever inserted into it: it is an empty queue then. */
export async function findQueueId(
  database: Database,
  { project, queue }: QueueName,
): Promise<string | undefined> {
  if (!isPossibleName(project) || !isPossibleName(queue)) return undefined;
  const ids = knownOf(database);
  const key = JSON.stringify([project, queue]);
  const id = ids.get(key);
  if (id !== undefined) return id;
  const found: { id: string } | undefined = await database('render.queues')
    .where({ project, name: queue })
    .first('id');
  if (found) ids.set(key, found.id);
  return found?.id;
}

/** Returns the key of a queue, which is created if need be. Its name has to be a possible one. */
export async function ensureQueueId(database: Database, name: QueueName): Promise<string> {
  const existing = await findQueueId(database, name);
  if (existing !== undefined) return existing;
  const { project, queue } = name;
  const [created]: { id: string }[] = await database('render.queues')
    .insert({ project, name: queue })
    .onConflict(['project', 'name'])
    // An update of nothing, so that the row is returned if another call was quicker.
    .merge({ name: queue })
    .returning('id');
  if (!created) throw new Error(`The queue ${project}/${queue} was not created`);
  return created.id;
}

function knownOf(database: Database): LRUCache<string, string> {
  const ids = known.get(database) ?? new LRUCache({ max: MOST_KNOWN });
  known.set(database, ids);
  return ids;
}

/** Counts a queue. */
export async function readStatistics(
  database: DatabaseOrTransaction,
  queueId: string,
): Promise<QueueStatistics> {
  const { rows } = await database.raw<{
    rows: { total: string; oldest: string | null; minute: string | null; hour: string | null }[];
  }>(
    `SELECT
       (SELECT count(*) FROM render.tasks WHERE queue_id = :queueId) AS total,
       (SELECT enqueued_us FROM render.tasks WHERE queue_id = :queueId ORDER BY enqueued_us, name LIMIT 1) AS oldest,
       minute, hour
     FROM (
       SELECT sum(tasks) AS hour,
         sum(tasks) FILTER (WHERE second > render.now_microseconds() / 1000000 - 60) AS minute
       FROM render.lease_counts
       WHERE queue_id = :queueId AND second > render.now_microseconds() / 1000000 - 3600
     ) AS leased`,
    { queueId },
  );
  const [{ total, oldest, minute, hour } = { total: 0, oldest: 0, minute: 0, hour: 0 }] = rows;
  return {
    totalTasks: Number(total),
    oldestMicroseconds: Number(oldest),
    leasedLastMinute: Number(minute),
    leasedLastHour: Number(hour),
  };
}

/** Removes the counts of leases that no figure needs any more; returns how many rows there were. */
export function forgetLeaseCounts(database: DatabaseOrTransaction): Promise<number> {
  return database('render.lease_counts')
    .whereRaw('second < render.now_microseconds() / 1000000 - 7200')
    .delete();
}
