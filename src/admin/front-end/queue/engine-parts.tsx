import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  type Column,
  RelativeTime,
  recordPath,
  StateBadge,
  secondsBetween,
  spanInWords,
  useNow,
} from '../../../app-kit/pages/index.ts';
import type { EngineRow } from '../../queue/shapes.ts';

/** An engine in a list. */
export const ENGINE_COLUMNS: readonly Column<EngineRow>[] = [
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
  { label: 'State', cell: ({ condition }) => <StateBadge state={condition} /> },
  { label: 'Heartbeat', cell: ({ heartbeat }) => <RelativeTime moment={heartbeat} /> },
  { label: 'Workers', cell: (engine) => <Workers engine={engine} /> },
  { label: 'Memory', cell: (engine) => <Memory engine={engine} /> },
  {
    label: 'Replaced',
    cell: ({ reincarnations }) => (
      <span title="Workers that were replaced: they had done their share of tasks, grew too large, or died.">
        {reincarnations.toLocaleString()}
      </span>
    ),
  },
  {
    label: 'Up',
    cell: ({ started, heartbeat, condition }) => (
      <Uptime from={started} to={isGone(condition) ? heartbeat : undefined} />
    ),
  },
];

/** Whether an engine in this condition does not work any more. */
export function isGone(condition: string): boolean {
  return condition === 'stopped' || condition === 'lost';
}

const MOST_BOXES = 16;

/** One box for each worker, those that work filled. */
function Workers({ engine }: { readonly engine: EngineRow }) {
  const { workerCount, running, condition } = engine;
  if (isGone(condition)) return <span className="ch-none">–</span>;
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

function Memory({ engine: { processes, condition } }: { readonly engine: EngineRow }) {
  if (isGone(condition)) return <span className="ch-none">–</span>;
  if (processes.length === 0) return <span className="ch-none">–</span>;
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

/** Bytes as people read them: `84 MiB`. */
export function bytesInWords(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1_024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1_024).toFixed(1)} GiB`;
}

function Uptime({ from, to }: { readonly from: string; readonly to: string | undefined }) {
  const now = useNow();
  return (
    <span className="ch-number" title={from}>
      {spanInWords(Math.round(secondsBetween(from, to ?? new Date(now).toISOString())))}
    </span>
  );
}
