import { keyOfRow, rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { readProducts } from '../catalogue/stored-products.ts';
import { itemIdsOfPath } from './item-rows.ts';
import { readProductRows } from './product-list.ts';
import { linksOfProduct } from './service-links.ts';
import type { ProductDetail, ProductFileRow } from './shapes.ts';

/** Files that the page of a product shows. */
const MOST_FILES = 200;

/** Reads a product with all that belongs to it; `undefined` if there is none. */
export async function readProductPage(database: Database, key: string): Promise<ProductDetail | undefined> {
  const id = rowOfKey(key);
  if (id === undefined) return undefined;
  const [row] = await readProductRows(database, [id]);
  const [product] = await readProducts(database, [id]);
  if (!row || !product) return undefined;
  const files = await database<ProductFileRow & { product_id: string }>('view_server.product_files')
    .where({ product_id: id })
    .orderBy(['kind', 'name'])
    .limit(MOST_FILES)
    .select('kind', 'name', 'path');
  const [itemId] = await itemIdsOfPath(database, product.prefix, ['register']);
  const { minX, minY, maxX, maxY } = product.box;
  return {
    ...row,
    prefix: product.prefix,
    footprint: product.footprint,
    box: [minX, minY, maxX, maxY],
    properties: product.properties,
    coverages: product.coverages.map(
      ({ id: coverageId, identifier, coverageType, path, widthPixels, heightPixels, bandCount, srs }) => ({
        id: coverageId,
        identifier,
        coverageType,
        path,
        widthPixels,
        heightPixels,
        bandCount,
        srs,
      }),
    ),
    files,
    itemId: itemId === undefined ? null : keyOfRow(itemId),
    links: linksOfProduct(product, row.collections),
  };
}
