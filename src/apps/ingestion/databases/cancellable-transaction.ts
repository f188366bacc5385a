import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';

/**
 * Runs statements in a transaction that ends at once when a signal fires, also in the middle of a statement.
 *
 * @throws the signal's reason.
 */
export async function inCancellableTransaction<Result>(
  database: Database,
  signal: AbortSignal | undefined,
  work: (transaction: Knex.Transaction) => Promise<Result>,
): Promise<Result> {
  if (!signal) return database.transaction(work);
  signal.throwIfAborted();
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: { pid: number }[] }>('SELECT pg_backend_pid() AS pid');
    const cancel = () => {
      // What cannot be cancelled ends by itself.
      database.raw('SELECT pg_cancel_backend(?)', [rows[0]?.pid ?? 0]).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      signal.throwIfAborted();
      return await work(transaction);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  });
}
