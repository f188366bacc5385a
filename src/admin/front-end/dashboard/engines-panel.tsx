import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  EmptyState,
  Panel,
  RelativeTime,
  recordPath,
  StateBadge,
  secondsBetween,
  spanInWords,
  useNow,
} from '../../../app-kit/pages/index.ts';
import type { EngineRow } from '../../dashboard/shapes.ts';

/** The engines that live. */
export function EnginesPanel({ engines }: { readonly engines: readonly EngineRow[] }) {
  return (
    <Panel title="Engines" isFlush>
      {engines.length === 0 ? (
        <EmptyState
          title="No engine is running"
          icon="warning"
          text={
            <>
              Nothing is taken from the queue. Start an engine with <code>node dist/engine.js</code>.
            </>
          }
        />
      ) : (
        <DataTable
          label="Engines"
          rows={engines}
          keyOf={({ id }) => id}
          columns={[
            {
              label: 'Engine',
              cell: ({ id, host, pid, queue }) => (
                <span className="queue-task">
                  <Link className="ch-plain-link" to={adminPath(recordPath('engines', id))}>
                    {host}
                  </Link>
                  <small>
                    process {pid}, queue {queue}
                  </small>
                </span>
              ),
            },
            { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
            { label: 'Workers', cell: (engine) => <Workers engine={engine} /> },
            { label: 'Memory', cell: (engine) => <Memory engine={engine} /> },
            {
              label: 'Replaced',
              cell: ({ reincarnations }) => (
                <span title="Workers that it had to replace: each did its share of tasks, grew too large, or died.">
                  {reincarnations.toLocaleString()}
                </span>
              ),
            },
            { label: 'Up', cell: ({ started }) => <Since moment={started} /> },
            { label: 'Heartbeat', cell: ({ heartbeat }) => <RelativeTime moment={heartbeat} /> },
          ]}
        />
      )}
    </Panel>
  );
}

/** One box for each worker, those that work filled. */
function Workers({ engine }: { readonly engine: EngineRow }) {
  const { workerCount, running } = engine;
  const busy = Math.min(running, workerCount);
  return (
    <span className="dashboard-workers">
      {workerCount <= MOST_BOXES && (
        <span className="dashboard-boxes" aria-hidden="true">
          {Array.from({ length: workerCount }, (_, index) => `worker ${index}`).map((key, index) => (
            <span key={key} className={index < busy ? 'dashboard-busy' : ''} />
          ))}
        </span>
      )}
      <small>
        {busy} of {workerCount} busy
      </small>
    </span>
  );
}

const MOST_BOXES = 16;

function Memory({ engine: { processes } }: { readonly engine: EngineRow }) {
  if (processes.length === 0) return <span className="ch-none">not told yet</span>;
  const sum = processes.reduce((all, { residentBytes }) => all + residentBytes, 0);
  const each = processes.map(
    ({ role, pid, residentBytes, tasks }) =>
      `${role} ${pid}: ${bytesInWords(residentBytes)}${role === 'worker' ? `, ${tasks} tasks` : ''}`,
  );
  return (
    <span className="ch-number" title={each.join('\n')}>
      {bytesInWords(sum)}
    </span>
  );
}

function bytesInWords(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1_024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1_024).toFixed(1)} GiB`;
}

function Since({ moment }: { readonly moment: string }) {
  const now = useNow();
  return (
    <span className="ch-number" title={moment}>
      {spanInWords(Math.round(secondsBetween(moment, new Date(now).toISOString())))}
    </span>
  );
}
