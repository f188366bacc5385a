import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { cutInTheMiddle } from '../../../platform/database/texts.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { MEMBER_STATUSES, type MemberStatus } from '../processing/member-status.ts';
import { PAGES_DONE_SQL } from '../processing/page-progress.ts';
import { between } from './list-query.ts';
import { matchSearch } from './member-search.ts';
import { readNewest } from './newest-rows.ts';
import type { CollectionMembers, MemberRow, NewestRows } from './shapes.ts';

/** What a list of members is narrowed by; what is missing does not narrow it. */
export interface MemberFilter {
  /** As typed: ids, numbers of customers, words of a composite id, an origin or an error. */
  readonly search?: string | undefined;
  readonly status?: MemberStatus | undefined;
  readonly customer?: number | undefined;
  /** Moments; the first one is in the list, the other one is not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Members of a collection on one page. */
const COLLECTION_PAGE_ROWS = 50;

/** Characters of an error that a list shows. */
const LISTED_ERROR_CHARACTERS = 300;

/** An origin without the user and the password that it may hold. */
export const ORIGIN_SQL = "regexp_replace(members.composite ->> 'origin', '//[^/]*@', '//***@')";

/** A text as a status; undefined where it is none. */
export function asStatus(text: string | undefined): MemberStatus | undefined {
  return MEMBER_STATUSES.find((status) => status === text);
}

/** One page of all members, newest first. */
export function listMembers(
  database: Database,
  { search, status, customer, from, to }: MemberFilter,
  before: string | undefined,
): Promise<NewestRows<MemberRow>> {
  const matching = () => {
    const query = database('composite.members').join(
      'composite.collections',
      'collections.id',
      'members.collection_id',
    );
    if (status !== undefined) query.where('members.status', status);
    if (customer !== undefined) query.where('collections.customer', customer);
    between(query, 'members.created', from, to);
    if (search !== undefined) matchSearch(query, search);
    return query;
  };
  return readNewest(database, 'members', matching, (query) => selectMembers(database, query), before);
}

/**
 * Members of one collection, in the order of submission.
 *
 * @param page from 1.
 */
export async function listCollectionMembers(
  database: Database,
  collectionId: string,
  { status, page }: { readonly status: MemberStatus | undefined; readonly page: number },
): Promise<CollectionMembers> {
  const matching = () => {
    const query = database('composite.members').where('members.collection_id', collectionId);
    if (status !== undefined) query.where('members.status', status);
    return query;
  };
  const [rows, counted] = await Promise.all([
    selectMembers(
      database,
      matching().join('composite.collections', 'collections.id', 'members.collection_id'),
    )
      .orderBy('members.position')
      .limit(COLLECTION_PAGE_ROWS)
      .offset((page - 1) * COLLECTION_PAGE_ROWS),
    matching().count<{ count: string }[]>({ count: '*' }).first(),
  ]);
  return { rows, count: Number(counted?.count ?? 0) };
}

/** Reads of members, joined with their collections, what a list shows. */
export function selectMembers(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, MemberRow[]> {
  return query.select(
    'members.id',
    'members.collection_id AS collectionId',
    'collections.customer',
    database.raw('members.position + 1 AS number'),
    'members.status',
    database.raw(`left(members.composite ->> 'compositeId', 200) AS "compositeId"`),
    database.raw(`left(${ORIGIN_SQL}, 2000) AS origin`),
    database.raw(`${PAGES_DONE_SQL} AS "pagesDone"`),
    'members.pages_total AS pagesTotal',
    database.raw(`${cutInTheMiddle('members.error', LISTED_ERROR_CHARACTERS)} AS error`),
    isoTimestamp(database, 'members.created', 'created'),
    isoTimestamp(database, 'members.last_updated', 'lastUpdated'),
  );
}
