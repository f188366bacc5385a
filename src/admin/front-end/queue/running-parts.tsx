import React from 'react';
import {
  ProgressBar,
  StateBadge,
  secondsBetween,
  spanInWords,
  useNow,
} from '../../../app-kit/pages/index.ts';
import type { RunningTaskRow } from '../../queue/shapes.ts';

/** How far a running task is, as its function reported; whether it is about to end, or to begin. */
export function TaskProgress({
  task,
}: {
  readonly task: Pick<RunningTaskRow, 'name' | 'progress' | 'cancelledBy' | 'workerPid' | 'started'>;
}) {
  const { name, progress, cancelledBy, started } = task;
  if (cancelledBy !== null) return <StateBadge state="cancelled" label={`Cancelling, by ${cancelledBy}`} />;
  if (progress === null) {
    return <StateBadge state={started === null ? 'starting' : 'running'} />;
  }
  const { done, total, note } = progress;
  return (
    <span className="queue-progress">
      {total === null ? (
        <StateBadge state="running" label={`${done.toLocaleString()} done`} />
      ) : (
        <ProgressBar done={done} total={total} label={`Progress of ${name}`} tone="busy" />
      )}
      {note !== null && <small className="ch-muted">{note}</small>}
    </span>
  );
}

/** Since when a task runs, as a span. */
export function RunningFor({ task }: { readonly task: Pick<RunningTaskRow, 'taken' | 'started'> }) {
  const now = useNow();
  const since = task.started ?? task.taken;
  return (
    <span className="ch-number" title={since}>
      {spanInWords(Math.max(0, Math.round(secondsBetween(since, new Date(now).toISOString()))))}
    </span>
  );
}
