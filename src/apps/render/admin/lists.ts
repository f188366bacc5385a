import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { isOneOf, type QueueName, sameProject } from '../pull-queues/names.ts';
import { findQueueId } from '../pull-queues/queues.ts';
import { TAGS } from '../rendering/store-result.ts';
import { LEASE_SQL, MOST_COUNTED, type QueueRow, type TaskRow } from './shapes.ts';

/** What a list of tasks is narrowed by. */
export interface TaskFilter {
  /** The key of a queue. */
  readonly queueId?: string;
  /** Only with a queue. */
  readonly tag?: string;
}

/**
 * Reads a filter that a page sent: `queue` is a key, or `project/queue`. The name of a queue is looked up first: Postgres
 * knows of a key how many tasks have it, and finds the right index.
 *
 * @returns `undefined` if no task can match: no queue has the name, or there is a tag and no queue, as there is no index
 *   of the tags of all queues.
 */
export async function readTaskFilter(
  database: Database,
  sent: Readonly<Record<string, unknown>>,
): Promise<TaskFilter | undefined> {
  const queue = asText(sent['queue']);
  const tag = asText(sent['tag']);
  if (queue === undefined) return tag === undefined ? {} : undefined;
  const queueId = isUuid(queue) ? queue : await findQueueId(database, asQueueName(queue));
  return queueId === undefined ? undefined : { queueId, ...(tag === undefined ? {} : { tag }) };
}

function asQueueName(text: string): QueueName {
  const [project = '', ...rest] = text.split('/');
  return { project: sameProject(project), queue: rest.join('/') };
}

/** Reads one page of the queues, the newest first. */
export async function listQueues(
  database: Database,
  rendered: readonly QueueName[],
  after: Place | undefined,
): Promise<RowPage<QueueRow>> {
  const page = await readNewest<Omit<QueueRow, 'isRendered'>>(
    database,
    'queues',
    () => database('render.queues'),
    (query) =>
      query.select(
        'queues.id',
        'project',
        'queues.name',
        countOfTasks(database, 'depth'),
        countOfTasks(database, 'orders', TAGS.order),
        countOfTasks(database, 'results', TAGS.result),
        database.raw(
          `(SELECT to_char(to_timestamp(enqueued_us / 1000000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM render.tasks WHERE queue_id = queues.id ORDER BY enqueued_us, tasks.name LIMIT 1) AS oldest`,
        ),
        isoTimestamp(database, 'queues.created', 'created'),
      ),
    after,
  );
  const rows = page.rows.map((row) => ({
    ...row,
    isRendered: isOneOf(rendered, { project: row.project, queue: row.name }),
  }));
  return { ...page, rows };
}

/** Selects how many tasks a queue has, of all tags or of one. */
function countOfTasks(database: Database, alias: string, tag?: string): Knex.Raw {
  return database.raw(
    `(SELECT count(*)::integer FROM (
       SELECT 1 FROM render.tasks WHERE queue_id = queues.id ${tag === undefined ? '' : 'AND tag = :tag'}
       LIMIT ${MOST_COUNTED}
     ) AS counted) AS ${alias}`,
    tag === undefined ? {} : { tag },
  );
}

/** Reads one page of the tasks that match, the newest first. */
export function listTasks(
  database: Database,
  filter: TaskFilter | undefined,
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
  async nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const wanted = await readTaskFilter(database, filter);
    const matching = tasksThatMatch(database, wanted).where('tasks.created', '<', until);
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

/** The tasks that match, with their queues; none without a filter. */
export function tasksThatMatch(database: Database, filter: TaskFilter | undefined): Knex.QueryBuilder {
  const query = database('render.tasks').join('render.queues', 'queues.id', 'tasks.queue_id');
  if (!filter) return query.whereRaw('false');
  const { queueId, tag } = filter;
  if (queueId !== undefined) query.where('tasks.queue_id', queueId);
  if (tag !== undefined) query.where('tasks.tag', tag);
  return query;
}
