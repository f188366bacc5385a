import type { AdminColumn, AdminResource } from '../apps/admin-resource.ts';

/** The ids of the resources that have actions of their own. */
export const QUEUED_TASKS = 'queued-tasks';
export const FAILED_TASKS = 'failed-tasks';
export const SUCCESSFUL_TASKS = 'successful-tasks';

const QUEUE = 'Queue';

const ID: AdminColumn = { name: 'id', label: 'Id', kind: 'id', filter: true };
const NAME: AdminColumn = { name: 'name', label: 'Name', kind: 'text', listed: true };
const FUNCTION: AdminColumn = { name: 'func', label: 'Function', kind: 'text' };
const ARGUMENTS: AdminColumn = { name: 'args', label: 'Arguments', kind: 'json' };
const GROUP: AdminColumn = { name: 'group', label: 'Group', kind: 'text', listed: true };

const HOOK: AdminColumn = { name: 'hook', label: 'Hook', kind: 'text' };
const CLUSTER: AdminColumn = { name: 'cluster', label: 'Cluster', kind: 'text' };
const FINISHED: readonly AdminColumn[] = [
  { name: 'attempt_count', label: 'Attempts', kind: 'number', listed: true },
  { name: 'started', label: 'Enqueued', kind: 'timestamp' },
  { name: 'stopped', label: 'Stopped', kind: 'timestamp', listed: true, filter: true },
  {
    name: 'time_taken',
    label: 'Time taken',
    kind: 'duration',
    sql: 'extract(epoch FROM stopped - started)',
    listed: true,
  },
];

/** Tasks that wait or run. They are read through the queue, whichever broker carries it; `table` is not used. */
export const queuedTasks: Omit<AdminResource, 'table' | 'where' | 'newestBy'> = {
  id: QUEUED_TASKS,
  label: 'Queued tasks',
  group: QUEUE,
  title: 'name',
  columns: [
    { ...ID, filter: false },
    NAME,
    {
      name: 'state',
      label: 'State',
      kind: 'status',
      values: ['queued', 'delayed', 'running'],
      listed: true,
    },
    FUNCTION,
    GROUP,
    { name: 'attempts', label: 'Attempts', kind: 'number', listed: true },
    { name: 'created', label: 'Enqueued', kind: 'timestamp', listed: true },
    { name: 'startAfter', label: 'Not before', kind: 'timestamp', listed: true },
    ARGUMENTS,
  ],
};

/** What the queue keeps in tables. */
export const queueResources: readonly AdminResource[] = [
  {
    id: FAILED_TASKS,
    label: 'Failed tasks',
    group: QUEUE,
    table: 'tasks',
    where: { success: false },
    newestBy: 'stopped',
    title: 'name',
    columns: [
      ID,
      NAME,
      { name: 'error', label: 'Error', kind: 'long-text', sql: "result ->> 'error'", listed: true },
      FUNCTION,
      { ...GROUP, filter: true },
      ...FINISHED,
      CLUSTER,
      HOOK,
      ARGUMENTS,
      { name: 'stack', label: 'Stack', kind: 'long-text', sql: "result ->> 'stack'" },
    ],
  },
  {
    id: SUCCESSFUL_TASKS,
    label: 'Successful tasks',
    group: QUEUE,
    table: 'tasks',
    where: { success: true },
    newestBy: 'stopped',
    title: 'name',
    columns: [
      ID,
      NAME,
      FUNCTION,
      { ...GROUP, filter: true },
      ...FINISHED,
      CLUSTER,
      HOOK,
      ARGUMENTS,
      { name: 'result', label: 'Result', kind: 'json' },
    ],
  },
  {
    id: 'engines',
    label: 'Engines',
    group: QUEUE,
    table: 'engines',
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
        label: 'Running tasks',
        kind: 'number',
        sql: '(SELECT count(*) FROM leases WHERE leases.engine_id = engines.id)',
        listed: true,
      },
      { name: 'reincarnations', label: 'Reincarnations', kind: 'number', listed: true },
      { name: 'queue', label: 'Cluster', kind: 'text' },
      { name: 'started', label: 'Started', kind: 'timestamp', listed: true },
      { name: 'heartbeat', label: 'Last heartbeat', kind: 'timestamp', listed: true },
    ],
  },
];
