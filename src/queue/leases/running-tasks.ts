import type { Database } from '../../platform/database/connection.ts';
import { packedLabels, withNames } from '../tasks/packed-columns.ts';
import type { TaskProgress } from '../tasks/task-function.ts';

/** A task that an engine holds. */
export interface RunningTask {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  /** 1 for the first presentation. */
  readonly attempt: number;
  readonly engineId: string;
  readonly host: string;
  /** The sentinel's process. */
  readonly enginePid: number;
  /** `null` in the first moments, and while it waits for a worker. */
  readonly workerPid: number | null;
  /** Since when the engine holds it, and since when its function runs. */
  readonly taken: Date;
  readonly started: Date | null;
  /** As the function reported last. */
  readonly progress: TaskProgress | null;
  /** Who cancelled it, if it was cancelled. */
  readonly cancelledBy: string | null;
}

/** One as Postgres has it, which writes moments as texts. */
type RunningTaskRow = Omit<RunningTask, 'taken' | 'started'> & {
  readonly taken: string;
  readonly started: string | null;
};

/** Which of the running tasks are asked for. */
export interface RunningTaskPage {
  readonly limit: number;
  readonly offset?: number;
  /** These alone; UUIDs. */
  readonly ids?: readonly string[];
}

/** Some of the running tasks, those first that were enqueued first. */
export async function runningTasks(
  database: Database,
  { limit, offset = 0, ids }: RunningTaskPage,
): Promise<readonly RunningTask[]> {
  const { rows } = await database.raw<{ rows: RunningTaskRow[] }>(
    `SELECT task_id AS id, ${packedLabels("(carried -> 'task')")}, leases.queue, attempt, engine_id AS "engineId", host,
       pid AS "enginePid", worker_pid AS "workerPid", taken, leases.started, progress, cancelled_by AS "cancelledBy"
     FROM queue.leases JOIN queue.engines ON engines.id = leases.engine_id
     WHERE :ids::uuid[] IS NULL OR task_id = ANY (:ids::uuid[])
     ORDER BY task_id LIMIT :limit OFFSET :offset`,
    { ids: ids ? [...ids] : null, limit, offset },
  );
  return withNames(rows).map(({ taken, started, ...task }) => ({
    ...task,
    taken: new Date(taken),
    started: started === null ? null : new Date(started),
  }));
}
