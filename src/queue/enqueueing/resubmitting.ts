import type { Knex } from 'knex';
import { moveAttempts } from '../results/attempts.ts';
import type { FailedTaskSigner } from '../results/failed-task-signer.ts';
import { type FailedTask, lockFailedTasks, takeFailedTasks } from '../results/finished-tasks.ts';
import { CHANGED_ROW } from '../tasks/row-signer.ts';
import { newTaskId } from '../tasks/task-identity.ts';
import type { PackedOptions } from '../tasks/task-options.ts';
import { enqueueTasks } from './enqueueing.ts';
import type { OpenBrokers } from './open-brokers.ts';
import { forgetStandstills } from './standstills.ts';
import { freeUniqueKeys } from './unique-keys.ts';

/** No failed task of those that were named can be sent back. They stay as they are. */
export class ResubmitRefusedError extends Error {
  override readonly name = 'ResubmitRefusedError';

  /** @param refused the tasks, and why each is refused; at least one. */
  constructor(refused: ReadonlyMap<string, string>) {
    const [[id, reason] = ['', '']] = refused;
    super(
      refused.size === 1
        ? `The task ${id} cannot be sent back: ${reason}`
        : `None of ${refused.size} tasks can be sent back; of ${id}: ${reason}`,
    );
  }
}

/**
 * Sends failed tasks to their queues again, each as a new task; returns the new ids. What else the task was enqueued
 * with goes along, so that a link goes on with its chain, and a part completes its iteration; and the attempts that were
 * made at it. A task that was changed in the table, or has lost its secrets, is left there.
 *
 * @param resubmittedBy who sends them, for people.
 * @throws {ResubmitRefusedError} if all failed tasks are left.
 */
export async function resubmitTasks(
  brokers: OpenBrokers,
  signer: FailedTaskSigner,
  ids: readonly string[],
  transaction: Knex.Transaction,
  resubmittedBy?: string,
): Promise<string[]> {
  const failures = await lockFailedTasks(transaction, ids);
  const refused = refusedTasks(failures, signer);
  if (refused.size > 0 && refused.size === failures.length) throw new ResubmitRefusedError(refused);
  const locked = failures.filter(({ id }) => !refused.has(id));
  // Those that wait first: what an engine was just taking has a lease when this is done.
  for (const [queueName, tasks] of byQueue(locked)) {
    const waiting = tasks.map(({ id }) => id);
    await brokers.broker(queueName).delete(waiting, transaction);
  }
  const lockedIds = locked.map(({ id }) => id);
  const failed = await takeFailedTasks(transaction, lockedIds);
  const failedIds = failed.map(({ id }) => id);
  await freeUniqueKeys(transaction, failedIds);
  await forgetStandstills(transaction, failedIds);
  const started = new Date().toISOString();
  const newIds: string[] = [];
  for (const [queueName, tasks] of byQueue(failed)) {
    const packed = tasks.map(({ id, name, func, args, group, options }) => ({
      task: {
        id: newTaskId(),
        name,
        func,
        args,
        group,
        started,
        options: resubmittedOptions(options, id, resubmittedBy),
      },
      delaySeconds: undefined,
    }));
    const queuedIds = await enqueueTasks(brokers.target(queueName), packed, transaction);
    await moveAttempts(transaction, new Map(tasks.map(({ id }, place) => [id, queuedIds[place] ?? id])));
    newIds.push(...queuedIds);
  }
  return newIds;
}

/** Why tasks cannot be sent back, by their ids. */
function refusedTasks(failures: readonly FailedTask[], signer: FailedTaskSigner): Map<string, string> {
  return new Map(
    failures.flatMap((task) => {
      const reason = refusalOf(task, signer);
      return reason === undefined ? [] : [[task.id, reason] as const];
    }),
  );
}

function refusalOf(task: FailedTask, signer: FailedTaskSigner): string | undefined {
  if (task.secretsRemoved !== null)
    return `its secret arguments were removed on ${new Date(task.secretsRemoved).toISOString().slice(0, 10)}, as Q_CLUSTER_KEEP_SECRETS says`;
  return signer.verify(task, task.signature) ? undefined : CHANGED_ROW;
}

function resubmittedOptions(
  { resubmittedBy: _former, ...options }: PackedOptions,
  resubmittedFrom: string,
  resubmittedBy: string | undefined,
): PackedOptions {
  return { ...options, resubmittedFrom, ...(resubmittedBy === undefined ? {} : { resubmittedBy }) };
}

function byQueue<Task extends { readonly queueName: string }>(tasks: readonly Task[]): Map<string, Task[]> {
  return Map.groupBy(tasks, ({ queueName }) => queueName);
}
