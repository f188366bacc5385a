import type { JsonValue } from '../../../queue/index.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import { hexadecimalId } from '../refreshes/request-refresh.ts';
import { hasEnded } from '../refreshes/states.ts';
import type { StoredStep } from '../refreshes/stored-steps.ts';

/** A task as callers see it: the keys of the original server first, then what it did not tell. */
export type TaskObject = { readonly [name: string]: JsonValue };

/** Presents a refresh as a task. */
export function taskObject(refresh: Refresh, steps: readonly StoredStep[]): TaskObject {
  const current = steps.find(({ state }) => state === 'running');
  return {
    task_id: hexadecimalId(refresh.id),
    active: !hasEnded(refresh.state),
    model: refresh.model,
    action: refresh.action,
    progress: refresh.progress,
    start_timestamp: secondsOf(refresh.created),
    start_time: refresh.created,
    finish_timestamp: refresh.ended === null ? 0 : secondsOf(refresh.ended),
    finish_time: refresh.ended,
    active_workers: refresh.state === 'indexing',
    error: refresh.state === 'failed',
    is_bad_request: refresh.isBadRequest,
    state: refresh.state,
    step: current?.name ?? null,
    index_suffix: refresh.indexSuffix,
    message: refresh.error ?? refresh.message,
    steps: steps.map(presentStep),
  };
}

function presentStep(step: StoredStep): JsonValue {
  return {
    name: step.name,
    state: step.state,
    started: step.began,
    finished: step.ended,
    rows: step.rowsDone,
    rows_total: step.rowsTotal,
    bytes: step.bytesDone,
    bytes_total: step.bytesTotal,
  };
}

/** Seconds since 1970, as the original server has them. */
function secondsOf(moment: string): number {
  return Date.parse(moment) / 1_000;
}
