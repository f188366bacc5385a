import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { partsOfBox } from './footprint.ts';
import type { FoundProducts, ProductFilter } from './product.ts';
import { boxSql } from './stored-boxes.ts';
import { readProducts } from './stored-products.ts';

/** A product that fits a filter: its id, and what it is sorted by. */
export interface MatchingRow {
  readonly product_id: string;
  readonly ends: string;
}

/** A query for products that fit. */
export type MatchingQuery = Knex.QueryBuilder<Record<never, never>, MatchingRow[]>;

/** Rows of the index by time that are looked at before the index by place and time. */
const NEWEST_ROWS = 500;

/** Finds the newest products that fit. */
export async function findProducts(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  limit: number,
): Promise<FoundProducts> {
  const newest = await findAmongNewest(database, filter, limit + 1);
  const rows = newest ?? (await newestFirst(database, filter, matching(database, filter)).limit(limit + 1));
  const ids = rows.slice(0, limit).map(({ product_id }) => product_id);
  return { products: await readProducts(database, ids), isCut: rows.length > limit };
}

/**
 * Looks at the newest products of a collection alone. A map of a large area would otherwise have all that are in it read.
 *
 * @returns `undefined` if fewer than `count` of them fit: there may be older ones.
 */
async function findAmongNewest(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  count: number,
): Promise<readonly MatchingRow[] | undefined> {
  const newest = database('view_server.product_boxes as place')
    .where('place.collection', filter.collection)
    .orderBy([...NEWEST_FIRST])
    .limit(NEWEST_ROWS)
    .select('place.*');
  const rows: MatchingRow[] = await matching(database, filter, newest)
    .orderBy([...NEWEST_FIRST])
    .limit(count);
  return rows.length < count ? undefined : rows;
}

/**
 * The products that fit, each once.
 *
 * @param places rows of `product_boxes`. Default: all.
 */
export function matching(
  database: DatabaseOrTransaction,
  { collection, box, interval, identifier }: ProductFilter,
  places: Knex.QueryBuilder | undefined = undefined,
): MatchingQuery {
  const query = database
    .queryBuilder<MatchingRow>()
    .from(places ? places.as('place') : 'view_server.product_boxes as place')
    .distinct<MatchingRow[]>('place.ends', 'place.product_id')
    .where('place.collection', collection);
  if (box) query.where((either) => addBoxes(either, partsOfBox(box).map(boxSql)));
  if (interval) {
    query.whereRaw(`place.during && tstzrange(?, ?, '[]')`, [
      interval.begin.toISOString(),
      interval.end.toISOString(),
    ]);
  }
  if (identifier !== undefined) {
    query.whereRaw('place.product_id = (SELECT id FROM view_server.products WHERE identifier = ?)', [
      identifier,
    ]);
  }
  return query;
}

const NEWEST_FIRST = [
  { column: 'place.ends', order: 'desc' },
  { column: 'place.product_id', order: 'desc' },
] as const;

/** Returns products that fit, sorted: the newest first. */
export function newestFirst(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  query: MatchingQuery,
): MatchingQuery {
  // Postgres takes all boxes for equally likely, and would look for the few that are in a small one among all products by their time.
  const isFoundFirst = filter.box !== undefined || filter.interval !== undefined;
  if (!isFoundFirst) return query.orderBy([...NEWEST_FIRST]);
  return database
    .withMaterialized('place', query)
    .from('place')
    .orderBy([...NEWEST_FIRST])
    .select<MatchingRow[]>('ends', 'product_id');
}

function addBoxes(query: Knex.QueryBuilder, boxes: readonly ReturnType<typeof boxSql>[]): void {
  for (const { sql, bindings } of boxes) query.orWhereRaw(`place.box && ${sql}`, [...bindings]);
}
