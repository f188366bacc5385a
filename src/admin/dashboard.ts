import type { AppContext } from '../apps/app.ts';
import { type EngineStatus, liveEngines } from '../queue/index.ts';
import { FAILED_TASKS, QUEUED_TASKS, SUCCESSFUL_TASKS } from './queue-resources.ts';

/** What the admin's first page shows. */
export interface DashboardData {
  readonly figures: readonly DashboardFigure[];
  /** The engines that live, oldest first. */
  readonly engines: readonly EngineStatus[];
}

/** One number, and the resource that it counts. */
export interface DashboardFigure {
  readonly label: string;
  readonly value: number;
  readonly resource: string;
}

/** Finished tasks are counted up to here. */
const COUNT_LIMIT = 10_000;

/** Reads what the first page shows, with a few cheap queries. */
export async function readDashboard({ platform, queue }: AppContext): Promise<DashboardData> {
  const { database } = platform;
  const [waiting, running, finished, engines] = await Promise.all([
    queue.queueSize(),
    queue.lockSize(),
    database.raw<{ rows: { failed: number; successful: number }[] }>(
      `SELECT (SELECT count(*)::integer FROM (SELECT FROM tasks WHERE NOT success LIMIT :limit) AS finished) AS failed,
         (SELECT count(*)::integer FROM (SELECT FROM tasks WHERE success LIMIT :limit) AS finished) AS successful`,
      { limit: COUNT_LIMIT },
    ),
    liveEngines(database),
  ]);
  const { failed = 0, successful = 0 } = finished.rows[0] ?? {};
  return {
    figures: [
      { label: 'Tasks waiting', value: waiting, resource: QUEUED_TASKS },
      { label: 'Tasks running', value: running, resource: QUEUED_TASKS },
      { label: 'Failed tasks', value: failed, resource: FAILED_TASKS },
      { label: 'Successful tasks', value: successful, resource: SUCCESSFUL_TASKS },
    ],
    engines,
  };
}
