import type { Knex } from 'knex';
import { boundedCount } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import { type Place, placeText } from './list-query.ts';
import type { RowPage } from './row-page.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** A row of a table that is in the order of `created`, newest first, and of `id` among those of one moment. */
interface CreatedRow {
  /** ISO 8601 with microseconds, as {@link isoTimestamp} selects it. */
  readonly created: string;
  readonly id: string;
}

/** A list that is ordered by a timestamp, newest first, and by ids among rows of the same moment. */
export interface NewestList<Row> {
  /** The table whose `newestBy` and `id` order the list. */
  readonly table: string;
  readonly newestBy: string;
  /** Makes the query of the list's rows, over any number of tables. */
  readonly matching: () => Knex.QueryBuilder;
  /** Adds what is read of each row. */
  readonly select: (query: Knex.QueryBuilder) => PromiseLike<readonly Row[]>;
  readonly placeOf: (row: Row) => Place;
}

/**
 * Reads one page of a list, newest first, and counts what the list has. The last row says where the next page begins,
 * so that a page far behind costs what the first one does.
 *
 * @param after the place that `next` of the page before names.
 */
export async function readNewestBy<Row>(
  database: Database,
  { table, newestBy, matching, select, placeOf }: NewestList<Row>,
  after: Place | undefined,
): Promise<RowPage<Row>> {
  const [found, count] = await Promise.all([
    select(newestFirst(matching(), table, newestBy, after).limit(PAGE_ROWS + 1)),
    boundedCount(database, matching()),
  ]);
  const rows = found.slice(0, PAGE_ROWS);
  const last = found.length > PAGE_ROWS ? rows.at(-1) : undefined;
  return { rows, next: last ? placeText(placeOf(last)) : null, isPartial: false, count };
}

/**
 * {@link readNewestBy} for the most frequent order.
 *
 * @param table whose `created` and `id` order the list.
 * @param matching makes the query of the list's rows, over any number of tables.
 * @param select adds what is read of each row: `created` as ISO text and `id` among it.
 * @param after the place that `next` of the page before names.
 */
export function readNewest<Row extends CreatedRow>(
  database: Database,
  table: string,
  matching: () => Knex.QueryBuilder,
  select: (query: Knex.QueryBuilder) => PromiseLike<readonly Row[]>,
  after: Place | undefined,
): Promise<RowPage<Row>> {
  const placeOf = ({ created, id }: Row) => ({ moment: created, id });
  return readNewestBy(database, { table, newestBy: 'created', matching, select, placeOf }, after);
}

/** Some ids of a list, newest first, and the place to go on from; undefined if there are no others. */
export interface ListedIds {
  readonly ids: readonly string[];
  readonly end: Place | undefined;
}

/** Reads the ids of such a list after a place. */
export async function newestIds(
  database: Database,
  table: string,
  matching: Knex.QueryBuilder,
  after: Place | undefined,
  limit: number,
): Promise<ListedIds> {
  const rows: CreatedRow[] = await newestFirst(matching, table, 'created', after)
    .limit(limit)
    .select(`${table}.id`, isoTimestamp(database, `${table}.created`, 'created'));
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { ids: rows.map(({ id }) => id), end: last && { moment: last.created, id: last.id } };
}

function newestFirst(
  query: Knex.QueryBuilder,
  table: string,
  newestBy: string,
  after: Place | undefined,
): Knex.QueryBuilder {
  if (after) {
    query.where(`${table}.${newestBy}`, '<=', after.moment).where((or) => {
      or.where(`${table}.${newestBy}`, '<', after.moment).orWhere(`${table}.id`, '>', after.id);
    });
  }
  // The table is named, as a moment that is selected under its column's name is a text, and in no index.
  return query.orderBy([
    { column: `${table}.${newestBy}`, order: 'desc' },
    { column: `${table}.id`, order: 'asc' },
  ]);
}
