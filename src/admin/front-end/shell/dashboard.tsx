import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  EmptyState,
  Loaded,
  listPath,
  Page,
  Panel,
  recordPath,
  StateBadge,
  spanInWords,
  useLive,
} from '../kit/index.ts';

interface DashboardData {
  readonly figures: readonly { label: string; value: number; resource: string }[];
  readonly engines: readonly Engine[];
}

interface Engine {
  readonly id: string;
  readonly host: string;
  readonly state: string;
  readonly workerCount: number;
  readonly running: number;
  readonly reincarnations: number;
  readonly uptimeSeconds: number;
}

/** The first page: the queue's figures and the engines. */
export function Dashboard() {
  const live = useLive<DashboardData>('/api/dashboard');
  return (
    <Page title="Dashboard">
      <Loaded live={live}>
        {({ figures, engines }) => (
          <>
            <div className="ch-figures">
              {figures.map(({ label, value, resource }) => (
                <Link key={label} to={adminPath(listPath(resource))} className="ch-figure">
                  <strong>{value.toLocaleString()}</strong>
                  <small>{label}</small>
                </Link>
              ))}
            </div>
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
                      label: 'Host',
                      cell: ({ id, host }) => (
                        <Link className="ch-plain-link" to={adminPath(recordPath('engines', id))}>
                          {host}
                        </Link>
                      ),
                    },
                    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
                    { label: 'Workers', cell: ({ workerCount }) => workerCount },
                    { label: 'Running tasks', cell: ({ running }) => running },
                    { label: 'Reincarnations', cell: ({ reincarnations }) => reincarnations },
                    { label: 'Uptime', cell: ({ uptimeSeconds }) => spanInWords(uptimeSeconds) },
                  ]}
                />
              )}
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}
