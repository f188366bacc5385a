import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
  recordPath,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { QueueRow, TaskRow } from '../shapes.ts';
import { act } from './api.ts';
import { OrderLink } from './order-link.tsx';

const PARTS: ListParts<TaskRow> = {
  path: '/api/apps/render/tasks',
  heading: 'Newest first',
  noun: { one: 'task', many: 'tasks' },
  columns: [
    {
      label: 'Task',
      isWide: true,
      cell: ({ id, name }) => (
        <Link className="ch-plain-link" to={adminPath(recordPath('pull-tasks', id))}>
          {name}
        </Link>
      ),
    },
    { label: 'Queue', cell: ({ project, queue }) => `${project}/${queue}` },
    { label: 'Tag', cell: ({ tag }) => tag || '–' },
    { label: 'Lease', cell: ({ lease }) => <StateBadge state={lease} /> },
    { label: 'Leases', cell: ({ retryCount }) => retryCount.toLocaleString() },
    { label: 'Inserted', cell: ({ created }) => <RelativeTime moment={created} /> },
  ],
  titleOf: ({ name }) => name,
  filters: ['queue', 'tag'],
  bulk: {
    actions: [
      {
        name: 'release',
        label: 'Release',
        done: 'Released',
        icon: 'repeat',
        tone: 'primary',
        meaning:
          'Their leases end at once, so that others can lease them. Tasks that are not leased stay as they are.',
      },
      {
        name: 'delete',
        label: 'Delete',
        done: 'Deleted',
        icon: 'trash',
        tone: 'danger',
        meaning: 'They are gone, and will not be rendered.',
      },
    ],
    act: ({ name }, rows) =>
      act(
        name,
        rows.map(({ id }) => id),
      ),
    matchingPath: ({ name }) => `/api/apps/render/matching/pull-tasks/${name}`,
  },
  empty: <EmptyState title="No tasks" text="Tasks appear here when clients insert them." />,
  noMatch: 'No task matches. A tag is looked for in one queue: name the queue too.',
};

/** Tasks of one queue, or of all. */
export function TasksPage() {
  const queues = useLive<{ rows: readonly QueueRow[] }>('/api/apps/render/queues', { everySeconds: 60 });
  return (
    <ListPage
      title="Pull tasks"
      lede="Orders have the tag task, results the tag result."
      parts={PARTS}
      actions={<OrderLink />}
      renderFilters={(query) => (
        <>
          <FilterField
            query={query}
            name="queue"
            label="Queue"
            placeholder="project/queue"
            suggestions={queues.data?.rows.map(({ project, name }) => `${project}/${name}`) ?? []}
            isWide
          />
          <FilterField query={query} name="tag" label="Tag" suggestions={['task', 'result']} />
        </>
      )}
    />
  );
}
