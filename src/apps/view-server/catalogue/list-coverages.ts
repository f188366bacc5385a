import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { matching } from './find-products.ts';
import type { ListedCoverage, ProductFilter } from './product.ts';
import {
  type CoverageRow,
  coverageOf,
  PRODUCT_COLUMNS,
  type ProductRow,
  productOf,
} from './stored-products.ts';

/** Returns the coverage with an identifier, whatever its collection; `undefined` if there is none. */
export async function findCoverage(
  database: DatabaseOrTransaction,
  identifier: string,
): Promise<ListedCoverage | undefined> {
  const row = await database<CoverageRow>('view_server.coverages').where({ identifier }).first('*');
  if (!row) return undefined;
  const product = await database<ProductRow>('view_server.products')
    .where({ id: row.product_id })
    .first([...PRODUCT_COLUMNS]);
  return product && { ...coverageOf(row), product: productOf(product) };
}

/** Returns a page of the coverages of the products that fit, in the order of their identifiers, and how many there are in all. */
export async function listCoverages(
  database: DatabaseOrTransaction,
  filter: ProductFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly coverages: readonly ListedCoverage[]; readonly total: number }> {
  const products = matching(database, filter).clearSelect().select('place.product_id');
  const query = database<CoverageRow>('view_server.coverages').whereIn('product_id', products);
  const counted = await query.clone().count<{ count: string }[]>('*');
  const rows: CoverageRow[] = await query.orderBy('identifier').offset(offset).limit(limit).select('*');
  const owners = await database<ProductRow>('view_server.products')
    .whereIn(
      'id',
      rows.map(({ product_id }) => product_id),
    )
    .select([...PRODUCT_COLUMNS]);
  const ownerOf = new Map(owners.map((row) => [row.id, productOf(row)]));
  return {
    coverages: rows.flatMap((row) => {
      const product = ownerOf.get(row.product_id);
      return product ? [{ ...coverageOf(row), product }] : [];
    }),
    total: Number(counted[0]?.count ?? 0),
  };
}
