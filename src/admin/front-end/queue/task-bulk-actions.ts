import type { BulkAction, BulkActions } from '../../../app-kit/pages/index.ts';
import { FAILED_TASKS, SUCCESSFUL_TASKS, type TaskList } from '../../queue/resources.ts';
import { actOnTasks, queuePath, type TaskAction } from './api.ts';

/** Something that can be done to tasks. */
export interface TaskBulkAction extends BulkAction {
  readonly name: TaskAction;
}

/** Sends failures back. */
export const RESUBMIT: TaskBulkAction = {
  name: 'resubmit',
  label: 'Resubmit',
  done: 'Resubmitted',
  icon: 'repeat',
  tone: 'primary',
  meaning:
    'Each is sent to its queue again as a new task, with the same function, arguments, hook and group. The failure is removed.',
};

/** Ends what waits or runs. */
export const CANCEL: TaskBulkAction = {
  name: 'cancel',
  label: 'Cancel',
  done: 'Cancelled',
  icon: 'stopped',
  tone: 'danger',
  meaning:
    'A waiting task will not run. A running task is asked to stop, and killed if it does not. It is then listed under Failed, and can be resubmitted.',
};

/** Forgets what has finished. */
export const DELETE_FINISHED: TaskBulkAction = {
  name: 'delete',
  label: 'Delete',
  done: 'Deleted',
  icon: 'trash',
  tone: 'danger',
  meaning: 'They are deleted permanently, with their arguments and results.',
};

/** Takes out what waits. */
export const DELETE_QUEUED: TaskBulkAction = {
  ...DELETE_FINISHED,
  meaning: 'They will not run, and are deleted permanently. To keep them under Failed, cancel them instead.',
};

/** What can be done to the tasks of a list. */
export function bulkActionsOn(
  list: TaskList,
  actions: readonly TaskBulkAction[],
): BulkActions<{ readonly id: string; readonly queue: string }> {
  const isFinished = list === FAILED_TASKS || list === SUCCESSFUL_TASKS;
  return {
    actions,
    async act({ name }, rows) {
      const [queue, ...others] = new Set(rows.map((row) => row.queue));
      const action = actions.find((known) => known.name === name);
      if (!action) return '';
      const ids = rows.map(({ id }) => id);
      const { message } = await actOnTasks(list, action.name, ids, others.length === 0 ? queue : undefined);
      return message;
    },
    matchingPath: ({ name }) => queuePath(`/tasks/${list}/matching/${name}`),
    ...(isFinished
      ? { countPath: (filter) => queuePath(`/tasks/${list}/count?${new URLSearchParams(filter)}`) }
      : {}),
  };
}
