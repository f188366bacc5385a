import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from '../../platform/logging.ts';
import type { Broker, OutgoingPackage } from '../brokers/broker.ts';
import type { PackedTask } from '../tasks/packing.ts';
import { signals } from '../tasks/signals.ts';
import type { PackageSigner } from '../tasks/task-package.ts';
import { claimUniqueKeys } from './unique-keys.ts';

/** Where tasks are enqueued. */
export interface EnqueueingTarget {
  readonly broker: Broker;
  readonly queueName: string;
  readonly signer: PackageSigner;
  readonly logger: Logger;
}

/** The most packages, and about the most characters of JSON, in one statement: Postgres limits the size of a statement. */
const MOST_PACKAGES = 250;
const MOST_CHARACTERS = 64 * 1_024 ** 2;

/** Whether tasks have to be enqueued in a transaction: it may take more than one statement. */
export function needTransaction(tasks: readonly PackedTask[]): boolean {
  return tasks.length > 1 || tasks.some(hasUniqueKey);
}

/**
 * Sends the signal `preEnqueue`, and hands tasks to the broker, but those whose unique key another task has.
 *
 * @param transaction needed where {@link needTransaction} says so.
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
  let stored = Promise.resolve();
  for (const batch of signedBatches(queued, signer)) {
    await stored;
    stored = broker.enqueue(batch, transaction);
    // If signing the next batch fails, this one is not awaited any more.
    stored.catch(() => undefined);
    // The statement goes out, so that Postgres stores this batch while the next one is signed.
    await setImmediate();
  }
  await stored;
  return tasks.map(idOf);
}

function* signedBatches(
  tasks: readonly PackedTask[],
  signer: PackageSigner,
): Generator<readonly OutgoingPackage[]> {
  let batch: OutgoingPackage[] = [];
  let characters = 0;
  for (const packed of tasks) {
    const outgoing = addressPackage(packed, signer);
    batch.push(outgoing);
    characters += outgoing.carried.length;
    if (batch.length < MOST_PACKAGES && characters < MOST_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Signs a package, and adds what its broker has to know: priority, delay, limit and fairness key. */
export function addressPackage(
  { task, carried, delaySeconds }: PackedTask,
  signer: PackageSigner,
): OutgoingPackage {
  const { priority, limitKey, limit = 1, fairnessKey } = task.options ?? {};
  return {
    id: task.id,
    carried: signer.sign(task, carried),
    ...(priority === undefined ? {} : { priority }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
    ...(limitKey === undefined ? {} : { limit: { key: limitKey, count: limit } }),
    ...(fairnessKey === undefined ? {} : { fairnessKey }),
  };
}

function hasUniqueKey({ task }: PackedTask): boolean {
  return task.options?.uniqueKey !== undefined;
}
