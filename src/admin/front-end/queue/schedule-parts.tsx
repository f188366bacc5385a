import React from 'react';
import { ExactTime, RelativeTime, StateBadge } from '../../../app-kit/pages/index.ts';
import type { ScheduleRow } from '../../queue/shapes.ts';

/** What a schedule is called: its name, or else its function's. */
export function scheduleTitle({ name, func }: Pick<ScheduleRow, 'name' | 'func'>): string {
  return name ?? func;
}

const TYPES: Readonly<Record<string, string>> = {
  once: 'Once',
  hourly: 'Every hour',
  daily: 'Every day',
  weekly: 'Every week',
  biweekly: 'Every two weeks',
  monthly: 'Every month',
  bimonthly: 'Every two months',
  quarterly: 'Every quarter',
  yearly: 'Every year',
  minutes: 'Every so many minutes',
  cron: 'By a cron expression',
};

/** The types of schedules, and what they are called. */
export const SCHEDULE_TYPE_CHOICES = Object.entries(TYPES);

/** How often a schedule runs. */
export function rhythmInWords({
  scheduleType,
  minutes,
  cron,
}: Pick<ScheduleRow, 'scheduleType' | 'minutes' | 'cron'>): string {
  if (scheduleType === 'minutes') return minutes === 1 ? 'Every minute' : `Every ${minutes} minutes`;
  if (scheduleType === 'cron') return cron ?? '';
  return TYPES[scheduleType] ?? scheduleType;
}

/** Whether a schedule runs, and how its last run ended. */
export function ScheduleState({ schedule }: { readonly schedule: ScheduleRow }) {
  const { paused, repeats, error, lastSuccess } = schedule;
  if (paused) return <StateBadge state="paused" />;
  if (repeats === 0) return <StateBadge state="stopped" label="Over" />;
  if (error !== null) return <StateBadge state="failed" label="Missed a slot" />;
  if (lastSuccess === false) return <StateBadge state="failed" label="Last run failed" />;
  return <StateBadge state="done" label="Active" />;
}

/** Moments at which something runs. */
export function Runs({ runs }: { readonly runs: readonly string[] }) {
  return (
    <ol className="queue-runs">
      {runs.map((run) => (
        <li key={run}>
          <ExactTime moment={run} />{' '}
          <span className="ch-muted">
            <RelativeTime moment={run} isPlanned />
          </span>
        </li>
      ))}
    </ol>
  );
}
