import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ListPage,
  type ListParts,
  RelativeTime,
} from '../../../../app-kit/pages/index.ts';
import { MOST_COUNTED, type QueueRow } from '../shapes.ts';
import { tasksPath } from './api.ts';
import { OrderLink } from './order-link.tsx';

function counted(count: number): string {
  return count < MOST_COUNTED ? count.toLocaleString() : `${count.toLocaleString()} or more`;
}

/** How many tasks of a tag a queue has, with the way to them. */
function TagCount({
  queue,
  tag,
  count,
}: {
  readonly queue: QueueRow;
  readonly tag: string;
  readonly count: number;
}) {
  if (count === 0) return <span className="ch-none">–</span>;
  return (
    <Link className="ch-plain-link ch-number" to={adminPath(tasksPath(queue, tag))}>
      {counted(count)}
    </Link>
  );
}

const PARTS: ListParts<QueueRow> = {
  path: '/api/apps/render/queues',
  heading: 'Newest first',
  noun: { one: 'queue', many: 'queues' },
  columns: [
    {
      label: 'Queue',
      isWide: true,
      cell: (queue) => (
        <Link className="ch-plain-link" to={adminPath(tasksPath(queue))}>
          {queue.project}/{queue.name}
        </Link>
      ),
    },
    { label: 'Tasks', cell: ({ depth }) => <span className="ch-number">{counted(depth)}</span> },
    { label: 'Orders', cell: (queue) => <TagCount queue={queue} tag="task" count={queue.orders} /> },
    { label: 'Results', cell: (queue) => <TagCount queue={queue} tag="result" count={queue.results} /> },
    {
      label: 'Oldest task',
      cell: ({ oldest }) =>
        oldest === null ? <span className="ch-none">–</span> : <RelativeTime moment={oldest} />,
    },
    {
      label: 'Rendered',
      cell: ({ isRendered }) => (isRendered ? 'Yes' : <span className="ch-none">No</span>),
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
      actions={<OrderLink />}
    />
  );
}
