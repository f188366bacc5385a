import type { AppContext } from '../apps/app.ts';
import { isoTimestamp } from '../platform/database/timestamps.ts';
import { FAILED_TASKS, QUEUED_TASKS, SUCCESSFUL_TASKS } from './queue-resources.ts';

/** What the admin's first page shows. */
export interface DashboardData {
  readonly figures: readonly DashboardFigure[];
  /** The engines that live, and those that ended lately. */
  readonly engines: readonly DashboardEngine[];
}

/** One number, and the resource that it counts. */
export interface DashboardFigure {
  readonly label: string;
  readonly value: number;
  readonly resource: string;
}

/** One engine. */
export interface DashboardEngine {
  readonly id: string;
  readonly host: string;
  readonly state: string;
  readonly workers: number;
  readonly running: number;
  readonly heartbeat: string;
}

/** Engines that are shown at the most. */
const ENGINES_SHOWN = 20;

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
    database('engines')
      .select<DashboardEngine[]>(
        'id',
        'host',
        'state',
        database.raw('worker_count AS workers'),
        database.raw('(SELECT count(*)::integer FROM leases WHERE leases.engine_id = engines.id) AS running'),
        isoTimestamp(database, 'heartbeat', 'heartbeat'),
      )
      .orderBy('engines.heartbeat', 'desc')
      .limit(ENGINES_SHOWN),
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
