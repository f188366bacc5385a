import type { Database } from '../../platform/database/connection.ts';
import type { QueuedTask } from '../brokers/broker.ts';

/** A task that waits or runs, and its queue. */
export interface TaskOfQueue extends QueuedTask {
  readonly queue: string;
  /** ISO 8601 in UTC with microseconds, as places in the list need. */
  readonly created: string;
  readonly startAfter: string;
}

/** Of a list in the order of enqueueing, the task after which it goes on. */
export interface WaitingPlace {
  readonly created: string;
  readonly id: string;
}

/** Which of the tasks that wait are asked for. */
export interface WaitingTaskPage {
  readonly queue: string;
  readonly limit: number;
  /** Those that were enqueued after this one. */
  readonly after?: WaitingPlace | undefined;
}

/** What is read of both brokers' tables: after a change from one to the other, tasks may be left with the first. */
const IN_POSTGRES = `
  SELECT job.name AS queue, job.id, data -> 'task' AS task, start_after,
    CASE WHEN started_on IS NULL THEN retry_count ELSE retry_count + 1 END AS attempts, created_on AS created,
    state = 'active' AS is_held
  FROM pgboss.job`;
const AT_AMAZON = `
  SELECT queue, id, carried -> 'task' AS task, start_after, attempt AS attempts, created, state = 'held' AS is_held
  FROM queue.sqs_packages`;

const COLUMNS = `
  queue, id, task ->> 'name' AS name, task ->> 'func' AS func, task -> 'args' AS args, task ->> 'group' AS "group",
  coalesce(task -> 'options', '{}') AS options, attempts,
  CASE WHEN is_held THEN 'running' WHEN start_after > now() THEN 'delayed' ELSE 'queued' END AS state,
  ${microseconds('created')} AS created, ${microseconds('start_after')} AS "startAfter"`;

/** Some of the tasks that wait in a queue, whichever broker carries them, oldest first. */
export async function waitingTasks(
  database: Database,
  { queue, limit, after }: WaitingTaskPage,
): Promise<readonly TaskOfQueue[]> {
  const { rows } = await database.raw<{ rows: TaskOfQueue[] }>(
    `SELECT ${COLUMNS} FROM (
       (${IN_POSTGRES} WHERE job.name = :queue AND state < 'completed' AND state IN ('created', 'retry')
          ${after ? 'AND (created_on, id) > (:created::timestamptz, :id::uuid)' : ''}
        ORDER BY created_on, id LIMIT :limit)
       UNION ALL
       (${AT_AMAZON} WHERE queue = :queue AND state <> 'held'
          ${after ? 'AND (created, id) > (:created::timestamptz, :id::uuid)' : ''}
        ORDER BY created, id LIMIT :limit)
     ) AS waiting ORDER BY waiting.created, id LIMIT :limit`,
    { queue, limit, ...after },
  );
  return rows;
}

/** One task that waits or runs, in whichever queue; `undefined` where none does. */
export async function findQueuedTask(database: Database, id: string): Promise<TaskOfQueue | undefined> {
  // By the queue's name, too, as pg-boss's table has no index of ids alone.
  const { rows } = await database.raw<{ rows: TaskOfQueue[] }>(
    `SELECT ${COLUMNS} FROM (
       (${IN_POSTGRES} WHERE job.name IN (SELECT name FROM pgboss.queue) AND job.id = :id
          AND state < 'completed' LIMIT 1)
       UNION ALL
       (${AT_AMAZON} WHERE id = :id)
     ) AS waiting LIMIT 1`,
    { id },
  );
  return rows[0];
}

function microseconds(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
