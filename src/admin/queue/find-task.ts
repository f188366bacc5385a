import type { RequestHandler } from 'express';
import type { AppContext } from '../../app-kit/app-context.ts';
import { isUuid } from '../../platform/uuid.ts';
import { TASK_LISTS } from './resources.ts';
import type { GoneTask, TaskDetail } from './shapes.ts';
import { readTaskPage } from './task-page.ts';

/** Leads from a task's id to its page, in whichever list the task is now; from one that was resubmitted, to the new task's. */
export function findTask(context: AppContext, root: string): RequestHandler<{ taskId: string }> {
  return async (request, response) => {
    const { taskId } = request.params;
    const found: TaskDetail | GoneTask = isUuid(taskId)
      ? await readTaskPage(context, taskId)
      : { state: 'gone', resubmittedAs: [] };
    const [newest] = found.resubmittedAs;
    if (found.state !== 'gone') {
      response.redirect(`${root}/resources/${TASK_LISTS[found.state]}/records/${taskId}/show`);
    } else if (newest !== undefined) response.redirect(`${root}/tasks/${newest}`);
    else response.status(404).type('text').send('This task no longer exists.');
  };
}
