import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { LEASE_SQL, type QueueRow, type TaskRow } from './shapes.ts';

/** Counting the tasks of a queue for the list goes no further than this. */
const MOST_COUNTED = 10_000;

/** What a list of tasks is narrowed by. */
export interface TaskFilter {
  readonly queueId: string | undefined;
  /** Has an effect only together with a queue: there is no index of the tags of all queues. */
  readonly tag: string | undefined;
}

/** Reads a filter that a page sent. */
export function readTaskFilter(sent: Readonly<Record<string, unknown>>): TaskFilter {
  const queueId = asText(sent['queue']);
  return {
    queueId: queueId !== undefined && isUuid(queueId) ? queueId : undefined,
    tag: asText(sent['tag']),
  };
}

/** Reads one page of the queues, the newest first. */
export function listQueues(database: Database, after: Place | undefined): Promise<RowPage<QueueRow>> {
  return readNewest<QueueRow>(
    database,
    'queues',
    () => database('render.queues'),
    (query) =>
      query.select(
        'queues.id',
        'project',
        'queues.name',
        database.raw(
          `(SELECT count(*)::integer FROM (
             SELECT 1 FROM render.tasks WHERE queue_id = queues.id LIMIT ${MOST_COUNTED}
           ) AS counted) AS depth`,
        ),
        database.raw(
          `(SELECT to_char(to_timestamp(enqueued_us / 1000000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM render.tasks WHERE queue_id = queues.id AND enqueued_us < 32503680000000000
            ORDER BY enqueued_us, tasks.name LIMIT 1) AS oldest`,
        ),
        isoTimestamp(database, 'queues.created', 'created'),
      ),
    after,
  );
}

/** Reads one page of the tasks that match, the newest first. */
export function listTasks(
  database: Database,
  filter: TaskFilter,
  after: Place | undefined,
): Promise<RowPage<TaskRow>> {
  return readNewest<TaskRow>(
    database,
    'tasks',
    () => tasksThatMatch(database, filter),
    (query) => selectTasks(database, query),
    after,
  );
}

/** What an action does to everything that matches. */
export const matchingTasks: AdminMatching = {
  resource: 'pull-tasks',
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = tasksThatMatch(database, readTaskFilter(filter)).where('tasks.created', '<', until);
    return newestIds(database, 'tasks', matching, after, limit);
  },
};

/** Selects what a list shows of tasks. */
export function selectTasks<Row extends TaskRow = TaskRow>(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, Row[]> {
  return query.select(
    'tasks.id',
    'tasks.name',
    'tasks.queue_id AS queueId',
    'queues.project',
    'queues.name AS queue',
    'tasks.tag',
    database.raw(`${LEASE_SQL} AS lease`),
    'tasks.retry_count AS retryCount',
    'tasks.payload_bytes AS payloadBytes',
    isoTimestamp(database, 'tasks.created', 'created'),
  );
}

/** All tasks, with their queues. */
export function tasksThatMatch(database: Database, { queueId, tag }: Partial<TaskFilter>): Knex.QueryBuilder {
  const query = database('render.tasks').join('render.queues', 'queues.id', 'tasks.queue_id');
  if (queueId !== undefined) query.where('tasks.queue_id', queueId);
  if (queueId !== undefined && tag !== undefined) query.where('tasks.tag', tag);
  return query;
}
