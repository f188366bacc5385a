import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { Database } from '../../platform/database/connection.ts';
import { type RunningTask, runningTasks } from '../../queue/index.ts';
import type { RunningTaskRow } from './shapes.ts';
import { fits, type TaskFilter } from './task-filter.ts';

/** Rows of one page. */
const PAGE_ROWS = 50;

/** Tasks that are looked at: engines hold few, as each takes only what its workers can soon begin. */
const MOST_RUNNING = 5_000;

/** One page of the tasks that engines hold, those first that were taken first. */
export async function listRunning(
  database: Database,
  filter: TaskFilter,
  page: number,
): Promise<RowPage<RunningTaskRow>> {
  const fitting = await findRunning(database, filter);
  const rows = fitting.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
  const isLast = fitting.length <= (page + 1) * PAGE_ROWS;
  return {
    rows,
    next: isLast ? null : String(page + 1),
    isPartial: false,
    count: { count: fitting.length, isEstimated: fitting.length === MOST_RUNNING },
  };
}

/** All of them that fit. */
export async function findRunning(database: Database, filter: TaskFilter): Promise<RunningTaskRow[]> {
  const running = await runningTasks(database, { limit: MOST_RUNNING });
  return running.map(runningRow).filter((task) => fits(filter, task, task.taken));
}

/** A running task, as pages get it. */
export function runningRow({ taken, started, ...task }: RunningTask): RunningTaskRow {
  return {
    ...task,
    taken: new Date(taken).toISOString(),
    started: started === null ? null : new Date(started).toISOString(),
  };
}
