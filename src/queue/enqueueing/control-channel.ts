import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';

/** The channel of Postgres on which engines are told to look: a task is to be cancelled, a queue goes on. */
export const CONTROL_CHANNEL = 'queue_control';

/** Tells the engines, once the transaction has committed. */
export async function notifyEngines(database: DatabaseOrTransaction): Promise<void> {
  await database.raw('SELECT pg_notify(?, ?)', [CONTROL_CHANNEL, '']);
}
