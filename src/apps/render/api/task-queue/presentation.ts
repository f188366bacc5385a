// How queues, tasks and errors look on the wire: as the original service had them, or as Google documents them.

import type { Response } from 'express';
import type { QueueName } from '../../pull-queues/names.ts';
import type { PullTask } from '../../pull-queues/pull-task.ts';
import type { QueueStatistics } from '../../pull-queues/queues.ts';

/** Returns a task as JSON. The original has numbers where Google has an `int64` as text. */
export function presentTask(task: PullTask, queue: string, isStrict: boolean): object {
  const number = (value: number) => (isStrict ? String(value) : value);
  return {
    kind: 'taskqueues#task',
    id: task.id,
    queueName: queue,
    payloadBase64: task.payloadBase64,
    enqueueTimestamp: number(task.enqueuedMicroseconds),
    leaseTimestamp: number(isStrict && !task.isLeased ? 0 : task.leasedUntilMicroseconds),
    retry_count: task.retryCount,
    tag: task.tag,
  };
}

/** Returns a list of tasks as JSON; its kind is the one of a lease, which clients of the original look for. */
export function presentTasks(tasks: readonly PullTask[], queue: string, isStrict: boolean): object {
  return { kind: 'taskqueue#tasks', items: tasks.map((task) => presentTask(task, queue, isStrict)) };
}

/** Returns a queue as JSON. */
export function presentQueue(
  { project, queue }: QueueName,
  statistics: QueueStatistics | undefined,
  isStrict: boolean,
): object {
  const number = (value: number) => (isStrict ? String(value) : value);
  return {
    kind: 'taskqueues#taskqueue',
    id: `projects/b~${project}/taskqueues/${queue}`,
    ...(statistics && {
      stats: {
        totalTasks: statistics.totalTasks,
        oldestTask: number(statistics.oldestMicroseconds),
        leasedLastMinute: number(statistics.leasedLastMinute),
        leasedLastHour: number(statistics.leasedLastHour),
      },
    }),
  };
}

/** The word that Google's errors have for a status. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'required',
  403: 'forbidden',
  404: 'notFound',
  409: 'duplicate',
  413: 'uploadTooLarge',
};

/** Sends an error: its message as plain text, or Google's JSON. */
export function sendError(response: Response, status: number, message: string, isStrict: boolean): void {
  response.status(status);
  if (!isStrict) return void response.type('text/plain').send(message);
  const reason = REASONS[status] ?? 'badRequest';
  response.json({ error: { code: status, message, errors: [{ domain: 'global', reason, message }] } });
}
