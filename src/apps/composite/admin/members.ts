import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asInteger, asText, between, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import { boundedCount } from '../../../platform/database/bounded-count.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { cutInTheMiddle } from '../../../platform/database/texts.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { MEMBER_STATUSES, type MemberStatus } from '../members/member-status.ts';
import { PAGES_DONE_SQL } from '../members/page-progress.ts';
import { matchSearch } from './member-search.ts';
import { ORIGIN_SQL } from './origin-sql.ts';
import type { MemberRow } from './shapes.ts';

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

/** A text as a status; undefined if it is not one. */
export function asStatus(text: string | undefined): MemberStatus | undefined {
  return MEMBER_STATUSES.find((status) => status === text);
}

/** Reads a filter of values that a page sent, or that its address has. */
export function readMemberFilter(sent: Readonly<Record<string, unknown>>): MemberFilter {
  return {
    search: asText(sent['search']),
    status: asStatus(asText(sent['status'])),
    customer: asInteger(asText(sent['customer'])),
    from: asText(sent['from']),
    to: asText(sent['to']),
  };
}

/** One page of all members, newest first. */
export function listMembers(
  database: Database,
  filter: MemberFilter,
  after: Place | undefined,
): Promise<RowPage<MemberRow>> {
  const matching = () => membersThatMatch(database, filter);
  return readNewest(database, 'members', matching, (query) => selectMembers(database, query), after);
}

/** Everything that matches in the list of members, for the actions on all of it. */
export const matchingMembers: AdminMatching = {
  resource: 'members',
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = membersThatMatch(database, readMemberFilter(filter)).where(
      'members.created',
      '<',
      until,
    );
    return newestIds(database, 'members', matching, after, limit);
  },
};

function membersThatMatch(
  database: Database,
  { search, status, customer, from, to }: MemberFilter,
): Knex.QueryBuilder {
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
}

/**
 * Members of one collection, in the order of submission.
 *
 * @param after the position of the last member of the page before.
 */
export async function listCollectionMembers(
  database: Database,
  collectionId: string,
  { status, after }: { readonly status: MemberStatus | undefined; readonly after: number | undefined },
): Promise<RowPage<MemberRow>> {
  const matching = () => {
    const query = database('composite.members').where('members.collection_id', collectionId);
    if (status !== undefined) query.where('members.status', status);
    return query;
  };
  const page = matching().join('composite.collections', 'collections.id', 'members.collection_id');
  if (after !== undefined) page.where('members.position', '>', after);
  const [found, count] = await Promise.all([
    selectMembers(database, page)
      .orderBy('members.position')
      .limit(COLLECTION_PAGE_ROWS + 1),
    boundedCount(database, matching()),
  ]);
  const rows = found.slice(0, COLLECTION_PAGE_ROWS);
  const last = found.length > COLLECTION_PAGE_ROWS ? rows.at(-1) : undefined;
  return { rows, next: last ? String(last.number - 1) : null, isPartial: false, count };
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
