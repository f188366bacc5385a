import type { Platform } from '../../../platform/platform.ts';
import { findQueuedTask, openTaskQueue, type TaskHandler } from '../../../queue/index.ts';
import { freeExpired } from '../pull-queues/leases.ts';
import type { QueueName } from '../pull-queues/names.ts';
import { findQueueId } from '../pull-queues/queues.ts';
import { renderSettings } from '../settings.ts';
import { renderingCall } from './insert-pull-task.ts';
import { renderTask } from './render-task.ts';
import { TAGS } from './store-result.ts';

/** Tasks of a queue that one run adopts. */
const MOST_ADOPTED = 1_000;

/**
 * Enqueues the rendering of orders that have none: those that a client had leased and did not finish, those that were
 * inserted before their queue was rendered, and those whose rendering an operator has removed.
 */
export const adoptPullTasks: TaskHandler<Record<string, never>, number> = async (
  _args,
  { platform, taskId, logger },
) => {
  const own = await findQueuedTask(platform.database, taskId);
  const queue = openTaskQueue(platform, own?.queue);
  const { rendering } = platform.settingsOf(renderSettings);
  try {
    let count = 0;
    for (const name of rendering.queues) {
      const rowIds = await waitingOrders(platform, name);
      await queue.asyncTasks(
        renderTask,
        rowIds.map((rowId) => renderingCall(rowId, rendering)),
      );
      count += rowIds.length;
    }
    if (count > 0) logger.info({ count }, 'saw to it that waiting orders are rendered');
    return count;
  } finally {
    await queue.close();
  }
};

async function waitingOrders({ database }: Platform, name: QueueName): Promise<readonly string[]> {
  const queueId = await findQueueId(database, name);
  if (queueId === undefined) return [];
  await freeExpired(database, queueId);
  return database('render.tasks')
    .where({ queue_id: queueId, tag: TAGS.order, is_free: true })
    .whereRaw('leased_until_us <= render.now_microseconds()')
    .orderBy(['enqueued_us', 'name'])
    .limit(MOST_ADOPTED)
    .pluck<string[]>('id');
}
