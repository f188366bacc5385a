import type { Database } from '../platform/database/connection.ts';
import type { Broker, QueuedTask } from './brokers/broker.ts';
import { cancellation } from './cluster/verdict.ts';
import { notifyEngines } from './control-channel.ts';
import { type FinishedAttempt, saveFinishedAttempts } from './finished-tasks.ts';

/**
 * What became of a request to cancel: `cancelled` where the task waited and will not run; `cancelling` where it runs
 * and is told to stop; `unknown` where no such task waits or runs.
 */
export type Cancellation = 'cancelled' | 'cancelling' | 'unknown';

/**
 * Asks for the end of tasks, from any process. One that runs has its `AbortSignal` fired, and its worker killed where
 * the function does not stop within five seconds; it ends as a failure that is not presented again. One that waits
 * ends so at once.
 *
 * @param cancelledBy who asks, for people: it stands in the task's error.
 */
export async function cancelTasks(
  database: Database,
  broker: Broker,
  queueName: string,
  ids: readonly string[],
  cancelledBy: string,
): Promise<ReadonlyMap<string, Cancellation>> {
  return database.transaction(async (transaction) => {
    const running = await transaction('leases')
      .whereIn('task_id', ids)
      .where({ queue: queueName })
      .update({ cancelled_by: transaction.raw('coalesce(cancelled_by, ?)', [cancelledBy]) })
      .returning<{ task_id: string }[]>('task_id');
    const runningIds = new Set(running.map(({ task_id }) => task_id));
    if (runningIds.size > 0) await notifyEngines(transaction);
    const others = ids.filter((id) => !runningIds.has(id));
    const waiting =
      others.length > 0 ? await broker.list({ ids: others, limit: others.length, offset: 0 }) : [];
    const deletedIds = new Set(
      await broker.delete(
        waiting.map(({ id }) => id),
        transaction,
      ),
    );
    const withdrawn = waiting.filter(({ id }) => deletedIds.has(id));
    await saveFinishedAttempts(
      transaction,
      queueName,
      withdrawn.map((task) => asCancelled(task, cancelledBy)),
    );
    return new Map(ids.map((id) => [id, whatBecameOf(id, runningIds, deletedIds)]));
  });
}

function whatBecameOf(
  id: string,
  runningIds: ReadonlySet<string>,
  deletedIds: ReadonlySet<string>,
): Cancellation {
  if (runningIds.has(id)) return 'cancelling';
  return deletedIds.has(id) ? 'cancelled' : 'unknown';
}

function asCancelled(
  { id, name, func, args, group, options, created, attempts }: QueuedTask,
  cancelledBy: string,
): FinishedAttempt {
  return {
    task: { id, name, func, args, group, started: created, options },
    attemptCount: attempts,
    outcome: { success: false, result: { error: cancellation(cancelledBy) } },
    args,
    cancelled: true,
  };
}
