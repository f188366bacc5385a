import type { Database } from '../../../platform/database/connection.ts';
import { readComparison } from '../promotion/count-comparison.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import { findAdmitted, findRefresh } from '../refreshes/stored-refreshes.ts';
import { type StoredStep, stepsOf } from '../refreshes/stored-steps.ts';
import {
  type CallbackState,
  MOST_COUNTED_SLICES,
  type RefreshDetail,
  type SliceCounts,
  type StepRow,
} from './shapes.ts';

/** Reads a refresh with its steps; `undefined` if there is none. */
export async function readRefreshPage(database: Database, id: string): Promise<RefreshDetail | undefined> {
  const refresh = await findRefresh(database, id);
  if (!refresh) return undefined;
  const [steps, slices, hasFailedRows, callback, waitsFor, canBeTakenBack] = await Promise.all([
    stepsOf(database, [id]).then((byRefresh) => byRefresh.get(refresh.id) ?? []),
    countSlices(database, id),
    exists(database, 'document_errors', id),
    findCallback(database, id),
    findObstacle(database, refresh),
    exists(database, 'retired_tables', id),
  ]);
  return {
    id: refresh.id,
    model: refresh.model,
    action: refresh.action,
    state: refresh.state,
    progress: refresh.progress,
    indexSuffix: refresh.indexSuffix,
    step: steps.find(({ state }) => state === 'running')?.name ?? null,
    requestedBy: refresh.requestedBy,
    created: refresh.created,
    admitted: refresh.admitted,
    ended: refresh.ended,
    alias: refresh.alias,
    sinceDate: refresh.sinceDate,
    originIndexSuffix: refresh.originIndexSuffix,
    destinationIndexSuffix: refresh.destinationIndexSuffix,
    isForced: refresh.isForced,
    callbackUrl: withoutQuery(refresh.callbackUrl),
    callback,
    error: refresh.error,
    message: refresh.message,
    cancelledBy: refresh.cancelledBy,
    steps: steps.map(asStepRow),
    slices,
    hasFailedRows,
    comparison: readComparison(steps.find(({ name }) => name === 'verify_copy')?.result),
    waitsFor,
    canBePromoted: refresh.action === 'INGEST_UPSTREAM' && refresh.state === 'ready',
    canBeTakenBack,
  };
}

function asStepRow(step: StoredStep): StepRow {
  const { name, state, rowsDone, rowsTotal, bytesDone, bytesTotal, taskId, began, ended } = step;
  return { name, state, rowsDone, rowsTotal, bytesDone, bytesTotal, taskId, began, ended };
}

/** The refresh of the same model that runs, where this one waits. */
async function findObstacle(database: Database, refresh: Refresh): Promise<string | null> {
  if (refresh.admitted !== null || refresh.ended !== null) return null;
  return (await findAdmitted(database, refresh.model))?.id ?? null;
}

async function countSlices(database: Database, id: string): Promise<SliceCounts | null> {
  const some = database('ingestion.slices')
    .where({ refresh_id: id })
    .select('state')
    .limit(MOST_COUNTED_SLICES);
  const counted = await database
    .from(some.as('some'))
    .groupBy('state')
    .select<{ state: keyof SliceCounts; count: number }[]>(
      'state',
      database.raw('count(*)::integer AS count'),
    );
  if (counted.length === 0) return null;
  const countOf = (state: keyof SliceCounts) => counted.find((each) => each.state === state)?.count ?? 0;
  return { waiting: countOf('waiting'), done: countOf('done'), failed: countOf('failed') };
}

async function exists(
  database: Database,
  table: 'document_errors' | 'retired_tables',
  id: string,
): Promise<boolean> {
  const found: unknown = await database(`ingestion.${table}`).where({ refresh_id: id }).first('refresh_id');
  return found !== undefined;
}

async function findCallback(database: Database, id: string): Promise<CallbackState | null> {
  const found: CallbackState | undefined = await database('ingestion.callbacks')
    .where({ refresh_id: id })
    .first('state', 'attempt_count AS attemptCount', 'last_error AS lastError');
  return found ?? null;
}

function withoutQuery(address: string | null): string | null {
  const url = URL.parse(address ?? '');
  return url && `${url.origin}${url.pathname}`;
}
