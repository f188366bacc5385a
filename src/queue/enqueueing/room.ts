import type { Database } from '../../platform/database/connection.ts';
import type { Broker } from '../brokers/broker.ts';

/** Tasks beyond the limit that are counted: a longer wait than for these is never stated. */
const MOST_BEYOND = 1_000;

/** The pace of a queue is that of so many minutes. */
const PACE_MINUTES = 10;

/** The wait that is stated where the queue has no pace, as nothing succeeded lately. */
const SECONDS_WITHOUT_PACE = 60;

const SHORTEST_SECONDS = 5;
const LONGEST_SECONDS = 3_600;

/** See `TaskQueue.secondsUntilRoom`. */
export async function secondsUntilRoom(
  database: Database,
  { broker, queueName }: { readonly broker: Broker; readonly queueName: string },
  fairnessKey: string,
  mostWaiting: number,
): Promise<number | undefined> {
  const waiting = await broker.waitingOfFairnessKey(fairnessKey, mostWaiting + MOST_BEYOND);
  if (waiting < mostWaiting) return undefined;
  const pace = await successesPerSecond(database, queueName);
  return secondsFor(waiting - mostWaiting + 1, pace);
}

/** How long so many tasks take at this pace, in whole seconds: no less than 5, and no more than an hour. */
export function secondsFor(taskCount: number, perSecond: number): number {
  const seconds = perSecond > 0 ? taskCount / perSecond : SECONDS_WITHOUT_PACE;
  return Math.min(Math.max(Math.ceil(seconds), SHORTEST_SECONDS), LONGEST_SECONDS);
}

async function successesPerSecond(database: Database, queueName: string): Promise<number> {
  const { rows } = await database.raw<{ rows: { perSecond: number }[] }>(
    `SELECT coalesce(sum(successes), 0)::double precision / (60 * :minutes::integer) AS "perSecond"
     FROM queue.task_counts WHERE queue = :queueName AND minute > now() - :minutes::integer * interval '1 minute'`,
    { queueName, minutes: PACE_MINUTES },
  );
  return rows[0]?.perSecond ?? 0;
}
