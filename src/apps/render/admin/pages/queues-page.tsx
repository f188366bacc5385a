import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ListPage,
  type ListParts,
  listPath,
  RelativeTime,
} from '../../../../app-kit/pages/index.ts';
import type { QueueRow } from '../shapes.ts';

/** Counting stops here. */
const MOST_COUNTED = 10_000;

const PARTS: ListParts<QueueRow> = {
  path: '/api/apps/render/queues',
  heading: 'Newest first',
  noun: { one: 'queue', many: 'queues' },
  columns: [
    {
      label: 'Queue',
      isWide: true,
      cell: ({ id, project, name }) => (
        <Link to={adminPath(`${listPath('pull-tasks')}?queue=${id}`)}>
          {project}/{name}
        </Link>
      ),
    },
    {
      label: 'Tasks',
      cell: ({ depth }) =>
        depth < MOST_COUNTED ? depth.toLocaleString() : `${depth.toLocaleString()} or more`,
    },
    {
      label: 'Oldest task',
      cell: ({ oldest }) => (oldest === null ? '–' : <RelativeTime moment={oldest} />),
    },
    { label: 'First used', cell: ({ created }) => <RelativeTime moment={created} /> },
  ],
  titleOf: ({ project, name }) => `${project}/${name}`,
  filters: [],
  empty: (
    <EmptyState title="No queue yet" text="A queue appears here when a task is first inserted into it." />
  ),
  noMatch: 'There is no such queue.',
};

/** All pull queues, with how much waits in them. */
export function QueuesPage() {
  return (
    <ListPage
      title="Pull queues"
      lede="Clients insert tasks here, lease them, and delete them."
      parts={PARTS}
      renderFilters={() => null}
    />
  );
}
