import './dashboard.css';
import React from 'react';
import { LiveState, Loaded, Page, useLive } from '../../../app-kit/pages/index.ts';
import type { DashboardData } from '../../dashboard/shapes.ts';
import { AttentionList } from './attention-list.tsx';
import { EnginesPanel } from './engines-panel.tsx';
import { FailuresPanel } from './failures-panel.tsx';
import { Figures } from './figures.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { QueuesPanel } from './queues-panel.tsx';
import { RunningPanel } from './running-panel.tsx';

/** How often it is read where it cannot be streamed. */
const POLLING = { everySeconds: 3, hasEvents: true } as const;

/** The first page: what needs a person, and how the work goes, as it happens. */
export function Dashboard() {
  const live = useLive<DashboardData>('/api/dashboard', POLLING);
  return (
    <Page title="Dashboard" beside={<LiveState live={live} />}>
      <Loaded live={live}>
        {(data) => (
          <>
            <AttentionList items={data.attention} />
            <Figures data={data} />
            <QueuesPanel queues={data.queues} />
            <RunningPanel data={data} />
            <div className="dashboard-halves">
              <HistoryPanel />
              <FailuresPanel failures={data.failures} />
            </div>
            <EnginesPanel engines={data.engines} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
