import type { Knex } from 'knex';
import type { QueuedTask } from './brokers/broker.ts';
import { cancellation } from './cluster/verdict.ts';
import { notifyEngines } from './control-channel.ts';
import type { EnqueueingTarget } from './enqueueing.ts';
import { notifyFinished } from './finished-notification.ts';
import { type FinishedAttempt, saveFinishedAttempts } from './finished-tasks.ts';
import { freeUniqueKeys } from './unique-keys.ts';

/**
 * What became of a request to cancel: `cancelled` where the task waited and will not run; `cancelling` where it runs
 * and is told to stop; `unknown` where no such task waits or runs.
 */
export type Cancellation = 'cancelled' | 'cancelling' | 'unknown';

/** Cancels tasks, as `TaskQueue.cancelTasks` says; those that wait are looked for in one queue. */
export async function cancelTasks(
  transaction: Knex.Transaction,
  { broker, queueName }: Pick<EnqueueingTarget, 'broker' | 'queueName'>,
  ids: readonly string[],
  cancelledBy: string,
): Promise<ReadonlyMap<string, Cancellation>> {
  const running = await transaction('leases')
    .whereIn('task_id', ids)
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
  await freeUniqueKeys(transaction, [...deletedIds]);
  if (withdrawn.length > 0) await notifyFinished(transaction, queueName);
  return new Map(ids.map((id) => [id, whatBecameOf(id, runningIds, deletedIds)]));
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
