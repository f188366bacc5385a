import type { Knex } from 'knex';
import type { Broker, CarriedPackage, QueuedTask, Release } from '../brokers/broker.ts';
import type { EndedLease, Lease } from '../leases/lease.ts';
import { saveUnsuccessfulAttempts, type UnsuccessfulAttempt } from '../results/attempts.ts';
import type { FailedTaskSigner } from '../results/failed-task-signer.ts';
import { type FinishedAttempt, saveFinishedAttempts } from '../results/finished-tasks.ts';
import { notifyFinished } from '../results/finished-watch.ts';
import { cancellationMessage } from '../tasks/cancellation-message.ts';
import type { OnLostCaller } from '../tasks/on-lost.ts';
import type { TaskFailure } from '../tasks/task-function.ts';
import { PackageSignatureError, type PackageSigner, type TaskPackage } from '../tasks/task-package.ts';
import { notifyEngines } from './queue-control.ts';
import { forgetStandstills } from './standstills.ts';
import { freeUniqueKeys } from './unique-keys.ts';

/**
 * What became of a request to cancel: `cancelled` if the task waited and will not run; `cancelling` if it runs and has
 * been asked to stop; `unknown` if no such task waits or runs.
 */
export type Cancellation = 'cancelled' | 'cancelling' | 'unknown';

/** The queue of the tasks that are cancelled, and what calls their functions then. */
export interface WithdrawalTarget {
  readonly broker: Broker;
  readonly queueName: string;
  readonly onLostCaller: OnLostCaller;
  /** Verifies the packages of tasks that wait. */
  readonly signer: PackageSigner;
  readonly failedTaskSigner: FailedTaskSigner;
}

/** Looks for tasks that are neither waiting nor running: they may be on their way from one to the other. */
const MOST_LOOKS = 2;

/** Cancels tasks, as `TaskQueue.cancelTasks` says; those that wait are looked for in one queue. */
export async function cancelTasks(
  transaction: Knex.Transaction,
  target: WithdrawalTarget,
  ids: readonly string[],
  cancelledBy: string,
): Promise<ReadonlyMap<string, Cancellation>> {
  const runningIds = new Set<string>();
  const withdrawn = new Set<string>();
  const found = () => runningIds.size + withdrawn.size;
  // A task that is taken or given back between two looks is found by the next one.
  for (let look = 0; look < MOST_LOOKS && found() < ids.length; look += 1) {
    const missing = ids.filter((id) => !runningIds.has(id) && !withdrawn.has(id));
    for (const id of await askToStop(transaction, missing, cancelledBy)) runningIds.add(id);
    const others = missing.filter((id) => !runningIds.has(id));
    for (const id of await withdrawTasks(transaction, target, new Map(others.map((id) => [id, cancelledBy]))))
      withdrawn.add(id);
  }
  if (runningIds.size > 0) await notifyEngines(transaction);
  return new Map(ids.map((id) => [id, whatBecameOf(id, runningIds, withdrawn)]));
}

/**
 * Ends tasks that wait, as cancelled ones, and calls the `onLost` of their functions.
 *
 * @param cancelledBy who asked for the end of each, by its id.
 * @returns the ids of those that waited.
 */
function withdrawTasks(
  transaction: Knex.Transaction,
  target: WithdrawalTarget,
  cancelledBy: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const failures = [...cancelledBy].map(([id, by]) => [id, { error: cancellationMessage(by) }] as const);
  return endWaitingTasks(transaction, target, new Map(failures), { cancelled: true });
}

/**
 * Ends tasks that wait, as failures that are not presented again, and calls the `onLost` of their functions.
 *
 * @param failures the failure of each, by its id.
 * @returns the ids of those that waited.
 */
export async function endWaitingTasks(
  transaction: Knex.Transaction,
  { broker, queueName, onLostCaller, signer, failedTaskSigner }: WithdrawalTarget,
  failures: ReadonlyMap<string, TaskFailure>,
  { cancelled }: { readonly cancelled: boolean },
): Promise<ReadonlySet<string>> {
  if (failures.size === 0) return new Set();
  const queued = await broker.list(
    { ids: [...failures.keys()], limit: failures.size, offset: 0 },
    transaction,
  );
  const queuedIds = queued.map(({ id }) => id);
  const verified = verifiedTasks(await broker.carried(queuedIds, transaction), signer);
  const ids = new Set(await broker.delete(queuedIds, transaction));
  if (ids.size === 0) return ids;
  const withdrawn = queued.flatMap((task) => {
    const failure = failures.get(task.id);
    return failure && ids.has(task.id)
      ? [{ ...asFailed(task, verified.get(task.id), failure), cancelled }]
      : [];
  });
  await saveFinishedAttempts(transaction, queueName, withdrawn, failedTaskSigner);
  if (cancelled) {
    const ended = queued.filter(({ id }) => ids.has(id));
    await saveUnsuccessfulAttempts(
      transaction,
      ended.map((task) => unbegun(task, failures.get(task.id)?.error ?? '')),
    );
  }
  await freeUniqueKeys(transaction, [...ids]);
  await forgetStandstills(transaction, [...ids]);
  await onLostCaller.call(
    transaction,
    withdrawn.map(({ task, outcome }) => ({
      task,
      failure: outcome.result,
      nextAttemptSeconds: undefined,
      isCancelled: cancelled,
      progress: null,
    })),
  );
  await notifyFinished(transaction, queueName);
  return ids;
}

/**
 * Ends leases, and makes their packages available again; but tasks that were cancelled meanwhile do not run again, as the
 * caller of `cancel` was promised. Returns the leases that had not ended before.
 */
export async function giveBack(
  transaction: Knex.Transaction,
  target: WithdrawalTarget,
  leases: readonly Lease[],
  releaseOf: (lease: Lease) => Release,
): Promise<readonly EndedLease[]> {
  const ended = await target.broker.settle(
    leases.map((lease) => ({ ...lease, release: { ...releaseOf(lease), evenIfCancelled: true } })),
    transaction,
  );
  const cancelled = ended.flatMap(({ id, cancelledBy }) =>
    cancelledBy === null ? [] : [[id, cancelledBy] as const],
  );
  await withdrawTasks(transaction, target, new Map(cancelled));
  return ended;
}

/** Marks the tasks that engines hold; returns their ids. */
async function askToStop(
  transaction: Knex.Transaction,
  ids: readonly string[],
  cancelledBy: string,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const marked = await transaction('queue.leases')
    .whereIn('task_id', ids)
    .update({ cancelled_by: transaction.raw('coalesce(cancelled_by, ?)', [cancelledBy]) })
    .returning<{ task_id: string }[]>('task_id');
  return new Set(marked.map(({ task_id }) => task_id));
}

function whatBecameOf(
  id: string,
  runningIds: ReadonlySet<string>,
  deletedIds: ReadonlySet<string>,
): Cancellation {
  if (runningIds.has(id)) return 'cancelling';
  return deletedIds.has(id) ? 'cancelled' : 'unknown';
}

/** The tasks of those packages that are what was enqueued, by id. */
function verifiedTasks(
  packages: readonly CarriedPackage[],
  signer: PackageSigner,
): ReadonlyMap<string, TaskPackage> {
  return new Map(
    packages.flatMap(({ id, carried }) => {
      try {
        return [[id, signer.verify(carried, id)] as const];
      } catch (error) {
        if (error instanceof PackageSignatureError) return [];
        throw error;
      }
    }),
  );
}

/** @param verified the same task, if its package could be verified: signing another would make it good. */
function asFailed(
  { id, name, func, args, group, options, created, attempts }: QueuedTask,
  verified: TaskPackage | undefined,
  failure: TaskFailure,
): FinishedAttempt & { readonly outcome: { readonly success: false } } {
  const task = verified ?? { id, name, func, args, group, options };
  return {
    task: { ...task, started: created },
    attemptCount: attempts,
    outcome: { success: false, result: failure },
    args: task.args,
    isUnverified: verified === undefined,
  };
}

/** The cancelled attempt that the task waited for. One whose delay was not over had not waited for a worker. */
function unbegun({ id, attempts, options, startAfter }: QueuedTask, error: string): UnsuccessfulAttempt {
  return {
    taskId: id,
    number: attempts + 1,
    engineId: null,
    host: null,
    workerPid: null,
    takenAgoSeconds: null,
    begunAgoSeconds: null,
    waitedSeconds: Math.max(0, (Date.now() - Date.parse(startAfter)) / 1_000),
    ranSeconds: null,
    outcome: 'cancelled',
    error,
    sentBy: options.resubmittedBy ?? null,
  };
}
