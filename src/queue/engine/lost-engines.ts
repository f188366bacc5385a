import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { type WithdrawalTarget, withdrawTasks } from '../enqueueing/cancelling.ts';
import { LEASE_SECONDS } from '../leases/engine-state.ts';
import { delayAfterLossSeconds } from './retry.ts';

/**
 * Gives back the tasks of a queue's engines that are silent for longer than a lease. Only for an engine to call
 * that has itself been in touch with Postgres for as long: after Postgres was away, every engine has to have had
 * time to say that it lives.
 */
export async function releaseTasksOfLostEngines(
  database: Database,
  target: WithdrawalTarget,
  logger: Logger,
): Promise<void> {
  const { broker, queueName } = target;
  const released = await database.transaction(async (transaction) => {
    const { rows: lost } = await transaction.raw<{ rows: { id: string; host: string; pid: number }[] }>(
      `UPDATE queue.engines SET state = 'lost' WHERE id IN (
         SELECT id FROM queue.engines
         WHERE queue = ? AND heartbeat < clock_timestamp() - ? * interval '1 second' AND state NOT IN ('stopped', 'lost')
         FOR UPDATE SKIP LOCKED
       ) RETURNING id, host, pid`,
      [queueName, LEASE_SECONDS],
    );
    if (lost.length === 0) return undefined;
    const held = await transaction('queue.leases')
      .whereIn(
        'engine_id',
        lost.map(({ id }) => id),
      )
      .delete()
      .returning<{ task_id: string; attempt: number; cancelled_by: string | null }[]>([
        'task_id',
        'attempt',
        'cancelled_by',
      ]);
    await broker.release(
      held.map(({ task_id, attempt }) => ({
        id: task_id,
        attempt,
        delaySeconds: delayAfterLossSeconds(attempt),
      })),
      transaction,
    );
    // The caller of `cancel` was promised that they end.
    const cancelled = held.flatMap(({ task_id, cancelled_by }) =>
      cancelled_by === null ? [] : [[task_id, cancelled_by] as const],
    );
    await withdrawTasks(transaction, target, new Map(cancelled));
    return { engines: lost, tasks: held.map(({ task_id }) => task_id) };
  });
  if (released) logger.warn(released, 'gave back the tasks of lost engines');
}
