import type { RequestHandler } from 'express';
import type { AppContext } from '../apps/app.ts';
import { FAILED_TASKS, QUEUED_TASKS, SUCCESSFUL_TASKS } from './queue-resources.ts';
import { isUuid } from './uuid.ts';

/** Leads from a task's id to the page of the list in which the task stands now. */
export function findTask({ platform, queue }: AppContext, root: string): RequestHandler<{ taskId: string }> {
  return async (request, response) => {
    const { taskId } = request.params;
    const resource = isUuid(taskId) ? await resourceOf(taskId) : undefined;
    if (resource === undefined) response.status(404).type('text').send('This task is no longer kept.');
    else response.redirect(`${root}/resources/${resource}/records/${taskId}/show`);
  };

  async function resourceOf(id: string): Promise<string | undefined> {
    const finished: { success: boolean } | undefined = await platform
      .database('tasks')
      .where({ id })
      .first('success');
    if (finished) return finished.success ? SUCCESSFUL_TASKS : FAILED_TASKS;
    const queued = await queue.queuedTasks({ limit: 1, offset: 0, ids: [id] });
    return queued.length > 0 ? QUEUED_TASKS : undefined;
  }
}
