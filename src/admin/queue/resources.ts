import type { AdminResource } from '../../app-kit/admin/resource.ts';
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

/** The list in which a task of each state stands. */
export const TASK_LISTS: Readonly<Record<TaskState, TaskList>> = {
  queued: QUEUED_TASKS,
  delayed: QUEUED_TASKS,
  running: RUNNING_TASKS,
  succeeded: SUCCESSFUL_TASKS,
  failed: FAILED_TASKS,
};

/** The ids of the schedules, and of the queues. */
export const SCHEDULES = 'schedules';
export const QUEUES = 'queues';

const GROUP = 'Queue';

/** What of the queue has pages of our own: AdminJS knows where they are, and what they are called. */
export const queuePages = [
  { id: RUNNING_TASKS, label: 'Running tasks', group: GROUP },
  { id: QUEUED_TASKS, label: 'Queued tasks', group: GROUP },
  { id: FAILED_TASKS, label: 'Failed tasks', group: GROUP },
  { id: SUCCESSFUL_TASKS, label: 'Successful tasks', group: GROUP },
  { id: SCHEDULES, label: 'Schedules', group: GROUP },
  { id: QUEUES, label: 'Queues', group: GROUP },
] as const;

/** What of the queue AdminJS shows. */
export const engines: AdminResource = {
  id: 'engines',
  label: 'Engines',
  group: GROUP,
  table: 'queue.engines',
  newestBy: 'heartbeat',
  title: 'host',
  columns: [
    { name: 'id', label: 'Id', kind: 'id' },
    { name: 'host', label: 'Host', kind: 'text', listed: true },
    { name: 'pid', label: 'Process', kind: 'number', listed: true },
    {
      name: 'state',
      label: 'State',
      kind: 'status',
      values: ['starting', 'idle', 'working', 'stopping', 'stopped', 'lost'],
      listed: true,
    },
    { name: 'worker_count', label: 'Workers', kind: 'number', listed: true },
    {
      name: 'running',
      label: 'Running',
      kind: 'number',
      sql: '(SELECT count(*) FROM queue.leases WHERE leases.engine_id = engines.id)',
      listed: true,
    },
    { name: 'reincarnations', label: 'Replaced', kind: 'number', listed: true },
    { name: 'queue', label: 'Queue', kind: 'text' },
    { name: 'started', label: 'Started', kind: 'timestamp', listed: true },
    { name: 'heartbeat', label: 'Last heartbeat', kind: 'timestamp', listed: true },
    { name: 'processes', label: 'Processes', kind: 'json' },
    { name: 'settings', label: 'Settings', kind: 'json' },
  ],
};
