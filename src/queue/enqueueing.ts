import type { Knex } from 'knex';
import type { Logger } from '../platform/logging.ts';
import type { Broker } from './brokers/broker.ts';
import { addressPackage, type PackedTask } from './packing.ts';
import { signals } from './signals.ts';
import type { PackageSigner } from './task-package.ts';
import { claimUniqueKeys } from './unique-keys.ts';

/** Where tasks are enqueued. */
export interface EnqueueingTarget {
  readonly broker: Broker;
  readonly queueName: string;
  readonly signer: PackageSigner;
  readonly logger: Logger;
}

/** Whether a task has a unique key, so that it needs a transaction to be enqueued in. */
export function hasUniqueKey({ task }: PackedTask): boolean {
  return task.options?.uniqueKey !== undefined;
}

/**
 * Sends the signal `preEnqueue`, and hands tasks to the broker, but those whose unique key another task has.
 *
 * @param transaction needed where a task has a unique key.
 * @returns their ids, in order; instead of that of a task that was left out, the id of the one that has its key.
 */
export async function enqueueTasks(
  { broker, queueName, signer, logger }: EnqueueingTarget,
  tasks: readonly PackedTask[],
  transaction?: Knex.Transaction,
): Promise<string[]> {
  const holders =
    transaction && tasks.some(hasUniqueKey)
      ? await claimUniqueKeys(
          transaction,
          queueName,
          tasks.map(({ task }) => task),
        )
      : new Map<string, string>();
  const idOf = ({ task }: PackedTask) => holders.get(task.options?.uniqueKey ?? '') ?? task.id;
  const queued = tasks.filter((packed) => idOf(packed) === packed.task.id);
  for (const { task } of queued) await signals.preEnqueue.send({ logger, taskId: task.id }, task);
  if (queued.length > 0) {
    await broker.enqueue(
      queued.map((packed) => addressPackage(packed, signer)),
      transaction,
    );
  }
  return tasks.map(idOf);
}
