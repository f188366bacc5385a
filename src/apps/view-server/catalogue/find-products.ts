import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { partsOfBox } from './footprint.ts';
import { KeptProducts, type ProductVersion } from './kept-products.ts';
import type { FoundProducts, ProductFilter } from './product.ts';
import { type BoundSql, boxSql } from './stored-boxes.ts';

/** A product that fits a filter: its id, and what it is sorted by. */
export interface MatchingRow {
  readonly product_id: string;
  readonly ends: string;
}

/** A query for products that fit. */
export type MatchingQuery = Knex.QueryBuilder<Record<never, never>, MatchingRow[]>;

/** Rows of the index by time that are looked at before the index by place and time. */
const NEWEST_ROWS = 500;

/**
 * Finds the newest products that fit.
 *
 * @param kept what is known of products already; default: all of them are read.
 */
export async function findProducts(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  limit: number,
  kept = new KeptProducts(),
): Promise<FoundProducts> {
  const versions = await findVersions(database, filter, limit + 1);
  return {
    products: await kept.read(database, versions.slice(0, limit)),
    isCut: versions.length > limit,
  };
}

/**
 * Looks at the newest products of a collection first. A map of a large area would otherwise have all that are in it read. One statement
 * does both: most maps are tiles, and the catalogue is most of what they wait for.
 */
async function findVersions(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  count: number,
): Promise<readonly ProductVersion[]> {
  const { sql, bindings } = conditionOf(filter);
  const { rows } = await database.raw<{ rows: { id: string; version: string }[] }>(
    `WITH among_newest AS MATERIALIZED (
       SELECT DISTINCT place.ends, place.product_id
       FROM (SELECT * FROM view_server.product_boxes AS place WHERE place.collection = ?
         ORDER BY place.ends DESC, place.product_id DESC LIMIT ${NEWEST_ROWS}) AS place
       WHERE ${sql} ORDER BY place.ends DESC, place.product_id DESC LIMIT ?),
     among_all AS MATERIALIZED (
       SELECT DISTINCT place.ends, place.product_id FROM view_server.product_boxes AS place
       WHERE (SELECT count(*) FROM among_newest) < ? AND ${sql}),
     found AS (
       SELECT ends, product_id FROM among_newest WHERE (SELECT count(*) FROM among_newest) = ?
       UNION ALL SELECT ends, product_id FROM among_all ORDER BY ends DESC, product_id DESC LIMIT ?)
     SELECT product.id, product.version FROM found JOIN view_server.products AS product ON product.id = found.product_id
     ORDER BY found.ends DESC, found.product_id DESC`,
    [filter.collection, ...bindings, count, count, ...bindings, count, count],
  );
  return rows.map(({ id, version }) => ({ id, version: Number(version) }));
}

/** The products that fit, each once. */
export function matching(database: DatabaseOrTransaction, filter: ProductFilter): MatchingQuery {
  const { sql, bindings } = conditionOf(filter);
  return database
    .queryBuilder<MatchingRow>()
    .from('view_server.product_boxes as place')
    .distinct<MatchingRow[]>('place.ends', 'place.product_id')
    .whereRaw(sql, [...bindings]);
}

/** Returns which rows of `product_boxes`, as `place`, fit. */
function conditionOf({ collection, box, interval, identifier }: ProductFilter): BoundSql {
  const conditions: BoundSql[] = [{ sql: 'place.collection = ?', bindings: [collection] }];
  if (box) {
    const parts = partsOfBox(box).map(boxSql);
    conditions.push({
      sql: `(${parts.map(({ sql }) => `place.box && ${sql}`).join(' OR ')})`,
      bindings: parts.flatMap(({ bindings }) => bindings),
    });
  }
  if (interval) {
    conditions.push({
      sql: `place.during && tstzrange(?, ?, '[]')`,
      bindings: [interval.begin.toISOString(), interval.end.toISOString()],
    });
  }
  if (identifier !== undefined) {
    conditions.push({
      sql: 'place.product_id = (SELECT id FROM view_server.products WHERE identifier = ?)',
      bindings: [identifier],
    });
  }
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
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
