import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { CatalogueProduct } from './product.ts';
import { readProducts } from './stored-products.ts';

/** Returns the product with an identifier, whatever its collection; `undefined` if there is none. */
export async function findProduct(
  database: DatabaseOrTransaction,
  identifier: string,
): Promise<CatalogueProduct | undefined> {
  const row = await database<{ id: string; identifier: string }>('view_server.products')
    .where({ identifier })
    .first('id');
  if (!row) return undefined;
  const [product] = await readProducts(database, [row.id]);
  return product;
}
