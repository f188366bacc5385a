import { findQueuedTask, openTaskQueue, type TaskContext, type TaskQueue } from '../../../queue/index.ts';

/** Opens the queue that a task came from. The caller closes it. */
export async function openQueueOf({
  platform,
  taskId,
}: Pick<TaskContext, 'platform' | 'taskId'>): Promise<TaskQueue> {
  const own = await findQueuedTask(platform.database, taskId);
  return openTaskQueue(platform, own?.queue);
}
