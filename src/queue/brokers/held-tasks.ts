import type { Database } from '../../platform/database/connection.ts';
import { withNames } from '../tasks/packed-columns.ts';
import type { TaskOfQueue } from './carrier.ts';
import { TASK_COLUMNS } from './carrier-sql.ts';

const HELD = `
  SELECT leases.queue, task_id AS id, carried -> 'task' AS task, due AS start_after, attempt AS attempts,
    enqueued AS created, true AS is_held
  FROM queue.leases`;

/** Returns those of the tasks with these ids (UUIDs) that engines hold, in any queue, whatever carries them. */
export async function heldTasks(database: Database, ids: readonly string[]): Promise<readonly TaskOfQueue[]> {
  const { rows } = await database.raw<{ rows: TaskOfQueue[] }>(
    `SELECT ${TASK_COLUMNS} FROM (${HELD} WHERE task_id = ANY (?::uuid[])) AS held`,
    [[...ids]],
  );
  return withNames(rows);
}

/** Returns at most `limit` tasks that engines hold and whose ids lie between two UUIDs, these included. */
export async function heldTasksBetween(
  database: Database,
  first: string,
  last: string,
  limit: number,
): Promise<readonly TaskOfQueue[]> {
  const { rows } = await database.raw<{ rows: TaskOfQueue[] }>(
    `SELECT ${TASK_COLUMNS} FROM (${HELD} WHERE task_id BETWEEN ? AND ? LIMIT ?) AS held`,
    [first, last, limit],
  );
  return withNames(rows);
}
