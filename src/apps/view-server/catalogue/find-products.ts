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

/** Finds the newest products that fit. */
export async function findProducts(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  limit: number,
): Promise<FoundProducts> {
  const rows = await newestFirst(matching(database, filter)).limit(limit + 1);
  const ids = rows.slice(0, limit).map(({ product_id }) => product_id);
  return { products: await readProducts(database, ids), isCut: rows.length > limit };
}

/** The products that fit, each once. */
export function matching(
  database: DatabaseOrTransaction,
  { collection, box, interval, identifier }: ProductFilter,
): Knex.QueryBuilder<MatchingRow, MatchingRow[]> {
  const query = database<MatchingRow>('view_server.product_boxes as place')
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

/** Sorts them as the index by time has them. */
export function newestFirst(
  query: Knex.QueryBuilder<MatchingRow, MatchingRow[]>,
): Knex.QueryBuilder<MatchingRow, MatchingRow[]> {
  return query.orderBy([
    { column: 'place.ends', order: 'desc' },
    { column: 'place.product_id', order: 'desc' },
  ]);
}

function addBoxes(query: Knex.QueryBuilder, boxes: readonly ReturnType<typeof boxSql>[]): void {
  for (const { sql, bindings } of boxes) query.orWhereRaw(`place.box && ${sql}`, [...bindings]);
}
