import type { Knex } from 'knex';
import type { AppContext } from '../../app-kit/app-context.ts';
import { deleteTasks, ResubmitRefusedError } from '../../queue/index.ts';
import { ActionRefusedError } from '../action-refused.ts';
import { withQueue } from './queue-by-name.ts';
import { FAILED_TASKS, QUEUED_TASKS, RUNNING_TASKS, SUCCESSFUL_TASKS, type TaskList } from './resources.ts';

/** What can be done to tasks. */
export type TaskOperationName = 'resubmit' | 'delete' | 'cancel';

/** What an operation is given beside the ids. */
interface OperationParts {
  readonly context: AppContext;
  readonly transaction: Knex.Transaction;
  /** The name of the administrator who acts. */
  readonly username: string;
  /** Of tasks that wait: the queue that they wait in. */
  readonly queue: string;
}

/** To how many tasks something was done, and the tasks that came of it. */
export interface OperationResult {
  readonly count: number;
  readonly newIds: readonly string[];
}

/** Does something to tasks, in one transaction. */
export type TaskOperation = (ids: readonly string[], parts: OperationParts) => Promise<OperationResult>;

const resubmit: TaskOperation = async (ids, { context, transaction, username }) => {
  const newIds = await context.queue.resubmitTasks(ids, transaction, username).catch((error: unknown) => {
    throw error instanceof ResubmitRefusedError ? new ActionRefusedError(error.message, 409) : error;
  });
  return { count: newIds.length, newIds };
};

const deleteFinished: TaskOperation = async (ids, { transaction }) => ({
  count: await deleteTasks(transaction, ids),
  newIds: [],
});

const deleteQueued: TaskOperation = (ids, { context, transaction, queue }) =>
  withQueue(context, queue, async (opened) => ({
    count: await opened.deleteQueuedTasks(ids, transaction),
    newIds: [],
  }));

const cancel: TaskOperation = (ids, { context, transaction, username, queue }) =>
  withQueue(context, queue, async (opened) => {
    const cancelled = await opened.cancelTasks(ids, username, transaction);
    return { count: ids.filter((id) => cancelled.get(id) !== 'unknown').length, newIds: [] };
  });

/** What can be done in which list. */
export const OPERATIONS: Readonly<
  Record<TaskList, Readonly<Partial<Record<TaskOperationName, TaskOperation>>>>
> = {
  [FAILED_TASKS]: { resubmit, delete: deleteFinished },
  [SUCCESSFUL_TASKS]: { delete: deleteFinished },
  [QUEUED_TASKS]: { cancel, delete: deleteQueued },
  [RUNNING_TASKS]: { cancel },
};

/** As in "Resubmitted 2 tasks". */
const DONE: Readonly<Record<TaskOperationName, string>> = {
  resubmit: 'Resubmitted',
  delete: 'Deleted',
  cancel: 'Cancelled',
};

/** Why some could not: an engine or another operator was faster, or what is stored does not allow it. */
const SKIPPED: Readonly<Record<TaskOperationName, string>> = {
  resubmit: 'running, gone, changed in the database, or without their secrets',
  delete: 'running, or gone',
  cancel: 'running, or gone',
};

/** Returns the sentence about an operation that the page shows. */
export function outcomeInWords(name: TaskOperationName, done: number, skipped: number): string {
  const said = `${DONE[name]} ${done} ${done === 1 ? 'task' : 'tasks'}`;
  return skipped === 0 ? said : `${said}; ${skipped} could not be: ${SKIPPED[name]}`;
}
