import type { RequestHandler } from 'express';
import type { AppContext } from '../../app-kit/app-context.ts';
import { isUuid } from '../uuid.ts';
import { FAILED_TASKS, QUEUED_TASKS, RUNNING_TASKS, SUCCESSFUL_TASKS, type TaskList } from './resources.ts';
import type { GoneTask, TaskDetail, TaskState } from './shapes.ts';
import { readTaskPage } from './task-page.ts';

/** In which list a task of each state stands. */
const LISTS: Readonly<Record<TaskState, TaskList>> = {
  queued: QUEUED_TASKS,
  delayed: QUEUED_TASKS,
  running: RUNNING_TASKS,
  succeeded: SUCCESSFUL_TASKS,
  failed: FAILED_TASKS,
};

/** Leads from a task's id to its page, wherever the task stands now; of one that was sent back, to the new task's. */
export function findTask(context: AppContext, root: string): RequestHandler<{ taskId: string }> {
  return async (request, response) => {
    const { taskId } = request.params;
    const found: TaskDetail | GoneTask = isUuid(taskId)
      ? await readTaskPage(context, taskId)
      : { state: 'gone', resubmittedAs: [] };
    const [newest] = found.resubmittedAs;
    if (found.state !== 'gone') {
      response.redirect(`${root}/resources/${LISTS[found.state]}/records/${taskId}/show`);
    } else if (newest !== undefined) response.redirect(`${root}/tasks/${newest}`);
    else response.status(404).type('text').send('This task is no longer kept.');
  };
}
