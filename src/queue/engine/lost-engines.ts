import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { giveBack, type WithdrawalTarget } from '../enqueueing/cancelling.ts';
import { LEASE_SECONDS } from '../leases/engine-state.ts';
import type { Lease } from '../leases/lease.ts';
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
  const { queueName } = target;
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
      .select<Lease[]>('task_id AS id', 'engine_id AS engineId', 'attempt');
    const ended = await giveBack(transaction, target, held, ({ attempt }) => ({
      delaySeconds: delayAfterLossSeconds(attempt),
    }));
    return { engines: lost, tasks: ended.map(({ id }) => id) };
  });
  if (released) logger.warn(released, 'gave back the tasks of lost engines');
}
