import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, listPath, RelativeTime, spanInWords } from '../../../app-kit/pages/index.ts';
import type { DashboardData, Ended } from '../../dashboard/shapes.ts';
import { anHourAgo } from './list-links.ts';

/** The numbers at the top; each leads to what it counts. */
export function Figures({ data }: { readonly data: DashboardData }) {
  const { waiting, running, workers, failed, lastHour, lastDay } = data;
  const lastHourOnly = new URLSearchParams({ from: anHourAgo() });
  return (
    <div className="ch-figures">
      <Figure
        list={
          waiting.oldest
            ? `queued-tasks?${new URLSearchParams({ queue: waiting.oldest.queue })}`
            : 'queued-tasks'
        }
        value={`${waiting.isEstimated ? '≈ ' : ''}${waiting.count.toLocaleString()}`}
        label={
          waiting.delayed > 0 ? `waiting, ${waiting.delayed.toLocaleString()} of them delayed` : 'waiting'
        }
      >
        {waiting.oldest ? (
          <>
            oldest: <RelativeTime moment={waiting.oldest.since} />
          </>
        ) : (
          'none is ready to run'
        )}
      </Figure>
      <Figure list="running-tasks" value={running.toLocaleString()} label="running">
        {workers === 1 ? '1 worker' : `${workers.toLocaleString()} workers`}
      </Figure>
      <Figure
        list={`successful-tasks?${lastHourOnly}`}
        value={lastHour.successes.toLocaleString()}
        label="done in the last hour"
      >
        {lastDay.successes.toLocaleString()} in the last day
        {averagesOf(data)}
      </Figure>
      <Figure
        list={`failed-tasks?${lastHourOnly}`}
        value={lastHour.failures.toLocaleString()}
        label="failed in the last hour"
      >
        {lastDay.failures.toLocaleString()} in the last day{rateOf(lastDay)}
      </Figure>
      <Figure
        list="failed-tasks"
        value={`${failed.isEstimated ? '≈ ' : ''}${failed.count.toLocaleString()}`}
        label="failed tasks"
      >
        {failed.count === 0 ? 'nothing to resubmit' : 'not yet resolved'}
      </Figure>
    </div>
  );
}

function Figure(props: {
  readonly list: string;
  readonly value: string;
  readonly label: string;
  readonly children: React.ReactNode;
}) {
  const { list, value, label, children } = props;
  return (
    <Link to={adminPath(listPath(list))} className="ch-figure dashboard-figure">
      <strong>{value}</strong>
      <span>{label}</span>
      <small>{children}</small>
    </Link>
  );
}

function averagesOf({ averageWaitedSeconds, averageRanSeconds }: DashboardData): string {
  if (averageWaitedSeconds === null || averageRanSeconds === null) return '';
  return `; waited ${spanInWords(averageWaitedSeconds)}, ran ${spanInWords(averageRanSeconds)} on average`;
}

function rateOf({ successes, failures }: Ended): string {
  const all = successes + failures;
  if (failures === 0) return '';
  const percent = (100 * failures) / all;
  return `, ${percent < 1 ? 'less than 1' : Math.round(percent)}\u00a0% of all`;
}
