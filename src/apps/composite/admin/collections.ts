import type { Knex } from 'knex';
import { between, type Place } from '../../../app-kit/admin/list-query.ts';
import { readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { RUNNING_PROGRESS_SQL } from '../../../queue/index.ts';
import type { MemberStatus } from '../members/member-status.ts';
import type { CollectionDetail, CollectionRow, StatusCounts } from './shapes.ts';

/** What a list of collections is narrowed by; what is missing does not narrow it. */
export interface CollectionFilter {
  readonly customer?: number | undefined;
  /** Moments; the first one is in the list, the other one is not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** One page of the collections, newest first, each with where its members stand. */
export async function listCollections(
  database: Database,
  { customer, from, to }: CollectionFilter,
  after: Place | undefined,
): Promise<RowPage<CollectionRow>> {
  const matching = () => {
    const query = database('composite.collections');
    if (customer !== undefined) query.where({ customer });
    between(query, 'collections.created', from, to);
    return query;
  };
  const page = await readNewest(
    database,
    'collections',
    matching,
    (query) => selectCollections(database, query),
    after,
  );
  const counts = await countMembers(
    database,
    page.rows.map(({ id }) => id),
  );
  return { ...page, rows: page.rows.map((row) => withCounts(row, counts)) };
}

/** A collection on its own page; undefined if there is none. */
export async function readCollection(
  database: Database,
  id: string,
  baseUrl: string,
): Promise<CollectionDetail | undefined> {
  const [row] = await selectCollections(database, database('composite.collections').where({ id }));
  if (!row) return undefined;
  const counts = await countMembers(database, [id]);
  const { pagesDone = 0, pagesTotal = 0 } = counts.get(id) ?? {};
  return { ...withCounts(row, counts), uri: `${baseUrl}/collections/${id}`, pagesDone, pagesTotal };
}

type StoredCollection = Pick<CollectionRow, 'id' | 'customer' | 'created'>;

function selectCollections(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, StoredCollection[]> {
  return query.select('id', 'customer', isoTimestamp(database, 'created', 'created'));
}

interface MemberCounts {
  readonly memberCount: number;
  readonly statuses: StatusCounts;
  readonly lastUpdated: string | null;
  readonly pagesDone: number;
  readonly pagesTotal: number;
}

/** Where the members of some collections stand, with one query for all of them. */
async function countMembers(
  database: Database,
  collectionIds: readonly string[],
): Promise<ReadonlyMap<string, MemberCounts>> {
  const { rows } = await database.raw<{ rows: (MemberCounts & { id: string })[] }>(
    `SELECT collection_id AS id, sum(count)::integer AS "memberCount", jsonb_object_agg(status, count) AS statuses,
       to_char(max(last) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "lastUpdated",
       sum(done)::integer AS "pagesDone", sum(total)::integer AS "pagesTotal"
     FROM (
       SELECT collection_id, status, count(*)::integer AS count, max(last_updated) AS last,
         -- For a task that runs, the queue's figure is newer.
         sum(greatest(pages_done, running.done::integer)) AS done,
         coalesce(sum(pages_total), 0) AS total
       FROM composite.members LEFT JOIN ${RUNNING_PROGRESS_SQL} AS running ON running.task_id = members.task_id
       WHERE collection_id = ANY(?) GROUP BY collection_id, status
     ) AS counted
     GROUP BY collection_id`,
    [[...collectionIds]],
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

function withCounts(row: StoredCollection, counts: ReadonlyMap<string, MemberCounts>): CollectionRow {
  const { memberCount = 0, statuses = {}, lastUpdated = null } = counts.get(row.id) ?? {};
  return { ...row, memberCount, statuses, lastUpdated };
}

/** The failed members of a collection, at most so many. */
export function failedMembersOf(
  database: Database,
  collectionIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const failed: MemberStatus = 'ERROR';
  return database('composite.members')
    .whereIn('collection_id', collectionIds)
    .where({ status: failed })
    .limit(limit)
    .pluck('id');
}
