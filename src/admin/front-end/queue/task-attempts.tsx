import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  type Column,
  DataTable,
  Panel,
  RelativeTime,
  recordPath,
  Span,
  StateBadge,
  TwoLines,
} from '../../../app-kit/pages/index.ts';
import type { AttemptRow, TaskDetail } from '../../queue/shapes.ts';

const NONE = <span className="ch-none">–</span>;

const SENT_BY: Column<AttemptRow> = { label: 'Sent by', cell: ({ sentBy }) => sentBy ?? NONE };

const ERROR: Column<AttemptRow> = {
  label: 'Error',
  isWide: true,
  cell: ({ error }) => (error === null ? NONE : <TwoLines text={error} />),
};

/** The attempts at a task that ended, with those made before it was resubmitted. */
export function TaskAttempts({ task: { history } }: { readonly task: Pick<TaskDetail, 'history'> }) {
  if (history.length === 0) return null;
  return (
    <Panel title="Attempts" isFlush>
      <DataTable
        label="Attempts"
        rows={history}
        keyOf={({ madeAs, number }) => `${madeAs} ${number}`}
        columns={[
          { label: 'Attempt', cell: ({ madeAs, number }) => <span title={`as ${madeAs}`}>{number}</span> },
          { label: 'Outcome', cell: ({ outcome }) => <StateBadge state={outcome} /> },
          { label: 'Ended', cell: ({ ended }) => <RelativeTime moment={ended} /> },
          { label: 'Waited', cell: ({ waitedSeconds }) => <Span seconds={waitedSeconds} /> },
          { label: 'Ran', cell: ({ ranSeconds }) => <Span seconds={ranSeconds} /> },
          { label: 'Engine', cell: (attempt) => <Engine attempt={attempt} /> },
          { label: 'Worker', cell: ({ workerPid }) => workerPid ?? NONE },
          ...(history.some(({ sentBy }) => sentBy !== null) ? [SENT_BY] : []),
          ...(history.some(({ error }) => error !== null) ? [ERROR] : []),
        ]}
      />
    </Panel>
  );
}

function Engine({ attempt: { engineId, host } }: { readonly attempt: AttemptRow }) {
  if (engineId === null) return <>{host ?? NONE}</>;
  return (
    <Link className="ch-plain-link" to={adminPath(recordPath('engines', engineId))}>
      {host ?? engineId}
    </Link>
  );
}
