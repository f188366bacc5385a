import type { Knex } from 'knex';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { TaskOptions } from '../../../queue/index.ts';
import type { GroupedTasks } from '../pull-queues/grouped-tasks.ts';
import { isOneOf, type QueueName } from '../pull-queues/names.ts';
import { MICROSECONDS, type NewPullTask, type PullTask } from '../pull-queues/pull-task.ts';
import { ensureQueueId } from '../pull-queues/queues.ts';
import { insertTask } from '../pull-queues/tasks.ts';
import { type RenderSettings, renderSettings } from '../settings.ts';
import { renderTask } from './render-task.ts';
import { TAGS } from './store-result.ts';

/** The longest time that a rendering is delayed; a task that can be leased later still is adopted then. */
const LONGEST_DELAY_SECONDS = 86_400;

/**
 * Inserts a task into a pull queue. If it is one to be rendered, its rendering is enqueued in the same transaction.
 *
 * @param tasks inserts a task that is not rendered, together with others. Default: it is inserted alone.
 * @returns `undefined` if its id is taken.
 */
export async function insertPullTask(
  { platform, queue }: AppContext,
  name: QueueName,
  task: NewPullTask,
  tasks?: GroupedTasks,
): Promise<PullTask | undefined> {
  const { database } = platform;
  const { rendering } = platform.settingsOf(renderSettings);
  const queueId = await ensureQueueId(database, name);
  if (task.tag !== TAGS.order || !isOneOf(rendering.queues, name))
    return tasks ? tasks.insert(queueId, task) : insertTask(database, queueId, task);
  return database.transaction(async (transaction: Knex.Transaction) => {
    const stored = await insertTask(transaction, queueId, task);
    if (!stored) return undefined;
    const { args, options } = renderingCall(stored.rowId, rendering);
    const delay = secondsUntil(task.leasedUntilMicroseconds);
    await queue.asyncTask(renderTask, args, { ...options, transaction, ...(delay > 0 ? { delay } : {}) });
    return stored;
  });
}

/** Returns the call that renders a pull task. No second one is queued while one waits or runs. */
export function renderingCall(rowId: string, settings: RenderSettings['rendering']) {
  const { maximumAttempts, attemptSeconds, attemptGrowth } = settings;
  const options: Pick<TaskOptions, 'uniqueKey' | 'timeout' | 'ackFailure' | 'retry'> = {
    uniqueKey: `render ${rowId}`,
    timeout: attemptSeconds,
    ackFailure: false,
    retry: { maxAttempts: maximumAttempts, delaySeconds: 1, timeoutGrowth: attemptGrowth },
  };
  return { args: { rowId, maximumAttempts }, options };
}

/** Returns the seconds until a task can first be leased; 0 if its client has not put that off. */
function secondsUntil(microseconds: number | undefined): number {
  if (microseconds === undefined) return 0;
  const seconds = Math.ceil((microseconds - Date.now() * 1_000) / MICROSECONDS);
  return Math.min(Math.max(seconds, 0), LONGEST_DELAY_SECONDS);
}
