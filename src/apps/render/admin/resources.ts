import type { AdminResource } from '../../../app-kit/admin/resource.ts';
import { LEASE_SQL, LEASE_STATES, MOST_COUNTED } from './shapes.ts';

/** The queue and the project of a task, as one text. */
const QUEUE_SQL = "(SELECT project || '/' || queues.name FROM render.queues WHERE queues.id = queue_id)";

const DEPTH_SQL = `(SELECT count(*) FROM (
  SELECT 1 FROM render.tasks WHERE tasks.queue_id = queues.id LIMIT ${MOST_COUNTED}
) AS counted)`;

/** The tables of this app, as the admin shows them. */
export const resources: readonly AdminResource[] = [
  {
    id: 'pull-queues',
    label: 'Pull queues',
    table: 'render.queues',
    newestBy: 'created',
    title: 'name',
    columns: [
      { name: 'id', label: 'Id', kind: 'id', filter: true },
      { name: 'project', label: 'Project', kind: 'text', listed: true },
      { name: 'name', label: 'Queue', kind: 'text', listed: true },
      {
        name: 'depth',
        label: 'Tasks',
        kind: 'related',
        sql: DEPTH_SQL,
        leadsTo: { resource: 'pull-tasks', column: 'queue_id' },
        listed: true,
      },
      { name: 'created', label: 'First used', kind: 'timestamp', listed: true },
    ],
  },
  {
    id: 'pull-tasks',
    label: 'Pull tasks',
    table: 'render.tasks',
    newestBy: 'created',
    title: 'name',
    columns: [
      { name: 'id', label: 'Key', kind: 'id', filter: true },
      { name: 'name', label: 'Id', kind: 'text', listed: true },
      { name: 'queue', label: 'Queue', kind: 'text', sql: QUEUE_SQL, listed: true },
      {
        name: 'queue_id',
        label: 'Queue',
        kind: 'reference',
        leadsTo: { resource: 'pull-queues' },
        filter: true,
      },
      { name: 'tag', label: 'Tag', kind: 'text', listed: true },
      {
        name: 'lease',
        label: 'Lease',
        kind: 'status',
        sql: LEASE_SQL,
        values: LEASE_STATES,
        listed: true,
      },
      { name: 'retry_count', label: 'Leases', kind: 'number', listed: true },
      { name: 'rendered_by', label: 'Rendered by', kind: 'task' },
      { name: 'created', label: 'Inserted', kind: 'timestamp', listed: true },
    ],
  },
];
