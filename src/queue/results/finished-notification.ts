import type { Knex } from 'knex';
import { prepared } from '../../platform/database/prepared.ts';

/** The channel of Postgres on which it is told that results were stored; the payload is the queue's name. */
export const FINISHED_CHANNEL = 'queue_tasks';

/** Tells those who wait for results, when the transaction commits. */
export async function notifyFinished(transaction: Knex.Transaction, queueName: string): Promise<void> {
  await prepared(transaction, 'SELECT pg_notify(?, ?)', [FINISHED_CHANNEL, queueName]);
}
