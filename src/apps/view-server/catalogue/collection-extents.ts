import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import type { CollectionExtent } from './product.ts';

/** Returns what the products of a collection cover together; `undefined` if it has none. Each number is read from an index. */
export async function findCollectionExtent(
  database: DatabaseOrTransaction,
  collection: string,
): Promise<CollectionExtent | undefined> {
  interface Row {
    readonly begins: string | null;
    readonly ends: string | null;
    readonly min_x: number | null;
    readonly min_y: number | null;
    readonly max_x: number | null;
    readonly max_y: number | null;
  }
  const of = (value: string) =>
    `(SELECT ${value} FROM view_server.product_boxes WHERE collection = :collection)`;
  const { rows } = await database.raw<{ rows: Row[] }>(
    `SELECT ${of('min(lower(during))')} AS begins, ${of('max(ends)')} AS ends,
       ${of('min((box[1])[0])')} AS min_x, ${of('min((box[1])[1])')} AS min_y,
       ${of('max((box[0])[0])')} AS max_x, ${of('max((box[0])[1])')} AS max_y`,
    { collection },
  );
  const [row] = rows;
  if (!row || row.begins === null || row.ends === null) return undefined;
  return {
    begins: new Date(isoOf(row.begins)),
    ends: new Date(isoOf(row.ends)),
    box: { minX: row.min_x ?? 0, minY: row.min_y ?? 0, maxX: row.max_x ?? 0, maxY: row.max_y ?? 0 },
  };
}

/** Returns the collections that a product is in, by their names. */
export async function collectionsOfProduct(
  database: DatabaseOrTransaction,
  productId: string,
): Promise<readonly string[]> {
  const rows = await database<{ collection: string; product_id: string }>('view_server.product_boxes')
    .where('product_id', productId)
    .distinct('collection')
    .orderBy('collection');
  return rows.map(({ collection }) => collection);
}
