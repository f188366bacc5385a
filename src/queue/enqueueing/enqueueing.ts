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
export const MOST_PACKAGES = 500;
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
  target: EnqueueingTarget,
  tasks: readonly PackedTask[],
  transaction?: Knex.Transaction,
): Promise<string[]> {
  const holders =
    transaction && tasks.some(hasUniqueKey)
      ? await claimUniqueKeys(
          transaction,
          target.queueName,
          tasks.map(({ task }) => task),
        )
      : new Map<string, string>();
  const idOf = ({ task }: PackedTask) => holders.get(task.options?.uniqueKey ?? '') ?? task.id;
  const queued = tasks.filter((packed) => idOf(packed) === packed.task.id);
  await store(target, [queued], transaction);
  return tasks.map(idOf);
}

/**
 * Likewise for tasks without unique keys that are packed as they are needed, {@link MOST_PACKAGES} at a time: while Postgres
 * stores some, the next ones are packed, and no more of them are in the memory.
 *
 * @throws whatever packing throws. Some tasks may have been handed to the broker by then: the caller undoes the transaction.
 */
export async function enqueuePackedTasks(
  target: EnqueueingTarget,
  tasks: Iterable<PackedTask>,
  transaction: Knex.Transaction,
): Promise<string[]> {
  const ids: string[] = [];
  const noted = function* () {
    for (const part of inParts(tasks)) {
      ids.push(...part.map(({ task }) => task.id));
      yield part;
    }
  };
  await store(target, noted(), transaction);
  return ids;
}

async function store(
  { broker, signer, logger }: EnqueueingTarget,
  parts: Iterable<readonly PackedTask[]>,
  transaction: Knex.Transaction | undefined,
): Promise<void> {
  let stored = Promise.resolve();
  for (const part of parts) {
    for (const { task } of part) await signals.preEnqueue.send({ logger, taskId: task.id }, task);
    for (const batch of signedBatches(part, signer)) {
      await stored;
      stored = broker.enqueue(batch, transaction);
      // If packing or signing the next ones fails, this is not awaited any more.
      stored.catch(() => undefined);
      // The statement goes out, so that Postgres stores this batch while the next one is made.
      await setImmediate();
    }
  }
  await stored;
}

function* inParts(tasks: Iterable<PackedTask>): Generator<readonly PackedTask[]> {
  let part: PackedTask[] = [];
  for (const task of tasks) {
    part.push(task);
    if (part.length < MOST_PACKAGES) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
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
