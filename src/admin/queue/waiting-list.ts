import { type Place, placeText } from '../../app-kit/admin/list-query.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { Database } from '../../platform/database/connection.ts';
import { type TaskOfQueue, waitingTasks } from '../../queue/index.ts';
import type { WaitingTaskRow } from './shapes.ts';
import { fits, type TaskFilter } from './task-filter.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** The most tasks that one page looks at: they have no index but that of time, so that enqueueing stays fast. */
const SCANNED_ROWS = 2_500;

/** Tasks that are read at once while they are sifted. */
const BATCH_ROWS = 500;

/** Which of the waiting tasks a list has. */
export interface WaitingList {
  readonly queue: string;
  readonly filter: TaskFilter;
}

/** One page of the tasks that wait in a queue, those first that were enqueued first. It does not count them. */
export async function listWaiting(
  database: Database,
  list: WaitingList,
  after: Place | undefined,
): Promise<Omit<RowPage<WaitingTaskRow>, 'count'>> {
  const { tasks, end } = await nextWaiting(database, list, after, PAGE_ROWS + 1);
  const isFull = tasks.length > PAGE_ROWS;
  const shown = tasks.slice(0, PAGE_ROWS);
  const last = shown.at(-1);
  const next = isFull && last ? { moment: last.created, id: last.id } : end;
  return {
    rows: shown.map(rowOf),
    next: next ? placeText(next) : null,
    isPartial: !isFull && next !== undefined,
  };
}

/**
 * Up to `limit` tasks that fit, after a place; `end` is the place to go on from, undefined if there are no others.
 */
export async function nextWaiting(
  database: Database,
  { queue, filter }: WaitingList,
  after: Place | undefined,
  limit: number,
): Promise<{ readonly tasks: readonly TaskOfQueue[]; readonly end: Place | undefined }> {
  const isNarrowed = Object.entries(filter).some(([name, value]) => name !== 'queue' && value !== undefined);
  const batchRows = isNarrowed ? BATCH_ROWS : limit;
  const found: TaskOfQueue[] = [];
  let place = after;
  for (let scanned = 0; scanned < SCANNED_ROWS; scanned += batchRows) {
    const batch = await waitingTasks(database, {
      queue,
      limit: batchRows,
      after: place && { created: place.moment, id: place.id },
    });
    for (const task of batch) {
      place = { moment: task.created, id: task.id };
      if (!fits(filter, { ...task, queue }, task.created)) continue;
      found.push(task);
      if (found.length === limit) return { tasks: found, end: place };
    }
    if (batch.length < batchRows) return { tasks: found, end: undefined };
  }
  return { tasks: found, end: place };
}

function rowOf({
  id,
  name,
  func,
  group,
  queue,
  state,
  attempts,
  options,
  created,
  startAfter,
}: TaskOfQueue): WaitingTaskRow {
  return {
    id,
    name,
    func,
    group,
    queue,
    // One that was taken while it was read waits no more; the next look at the list shows it no more.
    state: state === 'delayed' ? 'delayed' : 'queued',
    attempts,
    priority: options.priority ?? 0,
    created,
    startAfter,
  };
}
