import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import type { ListedIds } from '../../../app-kit/admin/newest-rows.ts';
import { keyOfRow, rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { STAGES, type Stage } from '../stages/stage-names.ts';
import { readItemRows, whereBegins } from './item-rows.ts';
import { ITEMS } from './resources.ts';
import { type ItemRow, LISTED_STATES } from './shapes.ts';

/** What the list of items is narrowed by. */
export interface ItemFilter {
  readonly stage: Stage | undefined;
  readonly state: (typeof LISTED_STATES)[number] | undefined;
  readonly collection: string | undefined;
  /** How the path, or the name of its file, begins. */
  readonly path: string | undefined;
}

/** Rows of one page. */
const PAGE_ROWS = 25;

/** Items that are looked at for one page, where no index serves the whole filter. */
const MOST_CANDIDATES = 10_000;

/** Reads a filter that a page sent. */
export function readItemFilter(sent: Readonly<Record<string, unknown>>): ItemFilter {
  const [stage, state] = [asText(sent['stage']), asText(sent['state'])];
  return {
    stage: STAGES.find((each) => each === stage),
    state: LISTED_STATES.find((each) => each === state),
    collection: asText(sent['collection']),
    path: asText(sent['path']),
  };
}

/**
 * Reads one page of the items that match, those first that are new to their stage.
 *
 * @param page the key of the last item of the page before.
 */
export async function listItemRows(
  database: Database,
  filter: ItemFilter,
  page: string | undefined,
): Promise<RowPage<ItemRow>> {
  const after = rowOfKey(page ?? '');
  const [found, count] = await Promise.all([
    findItemIds(database, filter, { after, limit: PAGE_ROWS + 1 }),
    countItems(database, filter),
  ]);
  const ids = found.ids.slice(0, PAGE_ROWS);
  const last = found.ids.length > PAGE_ROWS ? ids.at(-1) : found.end;
  return {
    rows: await readItemRows(database, ids),
    next: last === undefined ? null : keyOfRow(last),
    isPartial: found.ids.length <= PAGE_ROWS && found.end !== undefined,
    count,
  };
}

/** What an action does to all items that match. */
export const matchingItems: AdminMatching = {
  resource: ITEMS,
  async nextIds({ platform: { database } }, { filter, until, after, limit }): Promise<ListedIds> {
    const place = after && rowOfKey(after.id);
    const found = await findItemIds(database, readItemFilter(filter), { after: place, limit, until });
    const end = found.ids.length === limit ? found.ids.at(-1) : found.end;
    return {
      ids: found.ids.map(keyOfRow),
      end: end === undefined ? undefined : { moment: WHENEVER, id: keyOfRow(end) },
    };
  },
};

/** The list is in the order of the numbers alone. */
const WHENEVER = '2000-01-01T00:00:00.000000Z';

interface FoundIds {
  readonly ids: readonly string[];
  /** The last item that was looked at, where there are others. */
  readonly end: string | undefined;
}

/** Finds the numbers of items, the greatest first. What is looked at is bounded. */
async function findItemIds(
  database: Database,
  filter: ItemFilter,
  page: { readonly after: string | undefined; readonly limit: number; readonly until?: string },
): Promise<FoundIds> {
  const { after, limit, until } = page;
  const candidates = candidatesOf(database, filter);
  if (after !== undefined) candidates.whereRaw('item.id < ?::bigint', [after]);
  candidates.orderBy('item.id', 'desc').limit(MOST_CANDIDATES);
  const { rows } = await database.raw<{
    rows: { ids: string[] | null; end: string | null; looked: number }[];
  }>(
    `WITH candidates AS MATERIALIZED (?)
     SELECT (SELECT array_agg(id::text ORDER BY id DESC) FROM (
         SELECT id FROM candidates WHERE ? ORDER BY id DESC LIMIT ?) AS matching) AS ids,
       (SELECT min(id) FROM candidates)::text AS end, (SELECT count(*) FROM candidates)::integer AS looked`,
    [candidates, restOf(database, filter, until), limit],
  );
  const [row] = rows;
  const hasOthers = row?.looked === MOST_CANDIDATES;
  return { ids: row?.ids ?? [], end: hasOthers ? (row.end ?? undefined) : undefined };
}

/** The items that an index finds by the part of the filter that says most. */
function candidatesOf(database: Database, { stage, state, collection, path }: ItemFilter): Knex.QueryBuilder {
  const query = database('view_server.items AS item').select(
    'item.id',
    'item.stage',
    'item.collection',
    'item.outcome',
    'item.path',
    'item.created',
  );
  if (path !== undefined) {
    return query.where((either) => {
      either
        .where((whole) => whereBegins(whole, 'item.path', path))
        .orWhere((name) => whereBegins(name, FILE_NAME, path));
    });
  }
  if (state === 'waiting' || state === 'running') {
    query.join('view_server.attempts AS attempt', 'attempt.item_id', 'item.id').where('attempt.state', state);
    if (stage !== undefined) query.where('attempt.stage', stage);
    return query;
  }
  if (state !== undefined) query.where('item.outcome', OUTCOMES[state]);
  else if (collection !== undefined) return query.where('item.collection', collection);
  return stage === undefined ? query : query.where('item.stage', stage);
}

const FILE_NAME = "substring(item.path FROM '[^/]*$')";

const OUTCOMES = { succeeded: 'success', failed: 'failure' } as const;

/** All of the filter, for candidates. */
function restOf(
  database: Database,
  { stage, state, collection }: ItemFilter,
  until: string | undefined,
): Knex.Raw {
  const conditions: [string, string][] = [];
  if (stage !== undefined) conditions.push(['stage = ?', stage]);
  if (collection !== undefined) conditions.push(['collection = ?', collection]);
  if (until !== undefined) conditions.push(['created < ?::timestamptz', until]);
  if (state === 'succeeded' || state === 'failed') conditions.push(['outcome = ?', OUTCOMES[state]]);
  else if (state !== undefined) {
    conditions.push([
      'EXISTS (SELECT FROM view_server.attempts WHERE item_id = candidates.id AND attempts.state = ?)',
      state,
    ]);
  }
  return database.raw(
    ['true', ...conditions.map(([condition]) => condition)].join(' AND '),
    conditions.map(([, value]) => value),
  );
}

/** Counts the items where the index serves the whole filter. */
async function countItems(database: Database, filter: ItemFilter): Promise<RowPage<ItemRow>['count']> {
  const candidates = candidatesOf(database, filter).limit(MOST_CANDIDATES);
  const { rows } = await database.raw<{ rows: { matching: number; looked: number }[] }>(
    `WITH candidates AS MATERIALIZED (?)
     SELECT count(*) FILTER (WHERE ?)::integer AS matching, count(*)::integer AS looked FROM candidates`,
    [candidates, restOf(database, filter, undefined)],
  );
  const { matching = 0, looked = 0 } = rows[0] ?? {};
  return { count: matching, isEstimated: false, isMinimum: looked === MOST_CANDIDATES };
}
