import React, { useState } from 'react';
import { Loaded, Panel, useLive } from '../../../app-kit/pages/index.ts';
import type { History } from '../../dashboard/shapes.ts';
import { HistoryChart } from './history-chart.tsx';

const SPANS = [
  ['hour', 'Last hour'],
  ['day', 'Last day'],
] as const;

/** How the work went, over the last hour or day. */
export function HistoryPanel() {
  const [span, setSpan] = useState<(typeof SPANS)[number][0]>('hour');
  const live = useLive<History>(`/api/dashboard/history?span=${span}`, { everySeconds: 15 });
  return (
    <Panel
      title="Throughput and depth"
      aside={
        <fieldset className="dashboard-spans">
          <legend className="ch-hidden">How much time is shown</legend>
          {SPANS.map(([value, label]) => (
            <label key={value}>
              <input
                type="radio"
                name="dashboard-span"
                value={value}
                checked={span === value}
                onChange={() => setSpan(value)}
              />
              {label}
            </label>
          ))}
        </fieldset>
      }
    >
      <Loaded live={live}>{(history) => <HistoryChart history={history} />}</Loaded>
    </Panel>
  );
}
