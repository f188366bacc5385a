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
} from '../../../../app-kit/pages/index.ts';
import type { TaskRow } from '../shapes.ts';
import { act } from './api.ts';

const PARTS: ListParts<TaskRow> = {
  path: '/api/apps/render/tasks',
  heading: 'Newest first',
  noun: { one: 'task', many: 'tasks' },
  columns: [
    {
      label: 'Task',
      isWide: true,
      cell: ({ id, name }) => <Link to={adminPath(recordPath('pull-tasks', id))}>{name}</Link>,
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
  noMatch: 'Choose a queue on the page of the queues; a tag is looked for in one queue.',
};

/** Tasks of one queue, or of all. */
export function TasksPage() {
  return (
    <ListPage
      title="Pull tasks"
      lede="Orders have the tag task, results the tag result."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="queue" label="Key of the queue" isWide />
          <FilterField query={query} name="tag" label="Tag in it" suggestions={['task', 'result']} />
        </>
      )}
    />
  );
}
