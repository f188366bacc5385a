import type { TaskState } from './shapes.ts';

/** The ids of the lists of tasks. */
export const RUNNING_TASKS = 'running-tasks';
export const QUEUED_TASKS = 'queued-tasks';
export const FAILED_TASKS = 'failed-tasks';
export const SUCCESSFUL_TASKS = 'successful-tasks';

/** One of the lists of tasks. */
export type TaskList =
  | typeof RUNNING_TASKS
  | typeof QUEUED_TASKS
  | typeof FAILED_TASKS
  | typeof SUCCESSFUL_TASKS;

/** The list that has the tasks of each state. */
export const TASK_LISTS: Readonly<Record<TaskState, TaskList>> = {
  queued: QUEUED_TASKS,
  delayed: QUEUED_TASKS,
  running: RUNNING_TASKS,
  succeeded: SUCCESSFUL_TASKS,
  failed: FAILED_TASKS,
};

/** The ids of the schedules, of the queues, and of the engines. */
export const SCHEDULES = 'schedules';
export const QUEUES = 'queues';
export const ENGINES = 'engines';

/** What the navigation has of the queue. */
export const queueResources = [
  { id: RUNNING_TASKS, label: 'Running tasks' },
  { id: QUEUED_TASKS, label: 'Queued tasks' },
  { id: FAILED_TASKS, label: 'Failed tasks' },
  { id: SUCCESSFUL_TASKS, label: 'Successful tasks' },
  { id: SCHEDULES, label: 'Schedules' },
  { id: QUEUES, label: 'Queues' },
  { id: ENGINES, label: 'Engines' },
] as const;
