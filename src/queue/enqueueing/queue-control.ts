import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';

/** The channel of Postgres on which engines are asked to look: a task is to be cancelled, a queue was paused or resumed. */
export const CONTROL_CHANNEL = 'queue_control';

/** Asks the engines to look, once the transaction has committed. */
export async function notifyEngines(database: DatabaseOrTransaction): Promise<void> {
  await database.raw('SELECT pg_notify(?, ?)', [CONTROL_CHANNEL, '']);
}

/** Makes queues known, so that figures and lists have them before anything has been enqueued. */
export async function registerQueues(database: Database, names: readonly string[]): Promise<void> {
  await database.raw('INSERT INTO queue.queues (name) SELECT unnest(?::text[]) ON CONFLICT DO NOTHING', [
    [...names],
  ]);
}

/** A queue that is paused: what runs ends, and nothing more is taken from it. */
export interface PausedQueue {
  readonly name: string;
  readonly since: Date;
  readonly pausedBy: string;
}

/**
 * Pauses a queue; one that is paused already stays as it is. Tasks can be enqueued, and wait.
 *
 * @param pausedBy who does it, for people.
 */
export async function pauseQueue(
  database: DatabaseOrTransaction,
  queueName: string,
  pausedBy: string,
): Promise<void> {
  await database.raw(
    `INSERT INTO queue.queues (name, paused_since, paused_by) VALUES (?, clock_timestamp(), ?)
     ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by
     WHERE queues.paused_since IS NULL`,
    [queueName, pausedBy],
  );
  await notifyEngines(database);
}

/** Lets a paused queue go on, at once. */
export async function resumeQueue(database: DatabaseOrTransaction, queueName: string): Promise<void> {
  await database('queue.queues').where({ name: queueName }).update({ paused_since: null, paused_by: null });
  await notifyEngines(database);
}

/** The queues that are paused, by name. */
export async function pausedQueues(database: Database): Promise<readonly PausedQueue[]> {
  const rows = await database('queue.queues')
    .whereNotNull('paused_since')
    .orderBy('name')
    .select<{ name: string; since: string; pausedBy: string }[]>({
      name: 'name',
      since: 'paused_since',
      pausedBy: 'paused_by',
    });
  return rows.map(({ since, ...queue }) => ({ ...queue, since: new Date(since) }));
}
