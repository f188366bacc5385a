import type { Knex } from 'knex';
import { lockFailedTasks, takeFailedTasks } from '../results/finished-tasks.ts';
import { newTaskId } from '../tasks/task-identity.ts';
import { enqueueTasks } from './enqueueing.ts';
import type { OpenBrokers } from './open-brokers.ts';
import { freeUniqueKeys } from './unique-keys.ts';

/**
 * Sends failed tasks to their queues again, each as a new task; returns the new ids. What else the task was enqueued
 * with goes along, so that a link goes on with its chain, and a part completes its iteration.
 */
export async function resubmitTasks(
  brokers: OpenBrokers,
  ids: readonly string[],
  transaction: Knex.Transaction,
): Promise<string[]> {
  const locked = await lockFailedTasks(transaction, ids);
  // Those that wait first: what an engine was just taking has a lease when this is done.
  for (const [queueName, tasks] of byQueue(locked)) {
    const waiting = tasks.map(({ id }) => id);
    await brokers.broker(queueName).delete(waiting, transaction);
  }
  const lockedIds = locked.map(({ id }) => id);
  const failed = await takeFailedTasks(transaction, lockedIds);
  const failedIds = failed.map(({ id }) => id);
  await freeUniqueKeys(transaction, failedIds);
  const started = new Date().toISOString();
  const newIds: string[] = [];
  for (const [queueName, tasks] of byQueue(failed)) {
    const packed = tasks.map(({ id, options, queueName: _, ...task }) => ({
      task: { ...task, id: newTaskId(), started, options: { ...options, resubmittedFrom: id } },
      delaySeconds: undefined,
    }));
    newIds.push(...(await enqueueTasks(brokers.target(queueName), packed, transaction)));
  }
  return newIds;
}

function byQueue<Task extends { readonly queueName: string }>(tasks: readonly Task[]): Map<string, Task[]> {
  return Map.groupBy(tasks, ({ queueName }) => queueName);
}
