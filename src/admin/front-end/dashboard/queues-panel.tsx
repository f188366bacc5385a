import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, DataTable, Panel, StateBadge } from '../../../app-kit/pages/index.ts';
import type { QueueSummary } from '../../dashboard/shapes.ts';
import { anHourAgo, listWith } from './list-links.ts';

/** The figures of each queue, and of the apps whose tasks go there; a single queue has its figures at the top. */
export function QueuesPanel({ queues }: { readonly queues: readonly QueueSummary[] }) {
  if (queues.length < 2) return null;
  const from = anHourAgo();
  return (
    <Panel title="By queue and app" isFlush>
      <DataTable
        label="Figures by queue and app"
        rows={queues}
        keyOf={({ queue }) => queue}
        columns={[
          {
            label: 'Queue',
            cell: ({ queue, isPaused }) => (
              <>
                {queue} {isPaused && <StateBadge state="paused" />}
              </>
            ),
          },
          {
            label: 'App',
            cell: ({ apps }) => (apps.length === 0 ? <span className="ch-none">–</span> : apps.join(', ')),
          },
          {
            label: 'Waiting',
            cell: ({ queue, waiting: { count, isEstimated } }) => (
              <Figure path={listWith('queued-tasks', { queue })} count={count} isEstimated={isEstimated} />
            ),
          },
          {
            label: 'Running',
            cell: ({ queue, running }) => (
              <Figure path={listWith('running-tasks', { queue })} count={running} />
            ),
          },
          { label: 'Workers', cell: ({ workers }) => workers.toLocaleString() },
          {
            label: 'Done in the last hour',
            cell: ({ queue, lastHour }) => (
              <Figure path={listWith('successful-tasks', { queue, from })} count={lastHour.successes} />
            ),
          },
          {
            label: 'Failed in the last hour',
            cell: ({ queue, lastHour }) => (
              <Figure path={listWith('failed-tasks', { queue, from })} count={lastHour.failures} />
            ),
          },
        ]}
      />
    </Panel>
  );
}

function Figure(props: { readonly path: string; readonly count: number; readonly isEstimated?: boolean }) {
  const { path, count, isEstimated = false } = props;
  return (
    <Link className="ch-plain-link ch-number" to={adminPath(path)}>
      {isEstimated && '≈ '}
      {count.toLocaleString()}
    </Link>
  );
}
