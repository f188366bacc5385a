import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { boxesOf } from './footprint.ts';
import type { ChangedPlace, Footprint, NewProduct } from './product.ts';
import { ProductExistsError } from './product-exists-error.ts';
import { boxSql } from './stored-boxes.ts';

/** A product that was stored. */
export interface StoredProduct {
  readonly id: string;
  readonly version: number;
  /** Where pictures have changed: where the product is, and where the one was that it replaces. */
  readonly changed: readonly ChangedPlace[];
}

interface ProductRow {
  readonly id: string;
  readonly version: string;
}

/**
 * Stores a product with its coverages and files. One with the same identifier is replaced whole, and keeps its id; its version grows.
 *
 * @param replaces whether a product that exists is replaced.
 * @throws {ProductExistsError}
 */
export async function storeProduct(
  transaction: Knex.Transaction,
  product: NewProduct,
  { replaces }: { readonly replaces: boolean },
): Promise<StoredProduct> {
  const added = await insertProduct(transaction, product);
  if (!added && !replaces) {
    throw new ProductExistsError(`The catalogue has a product ${product.identifier} already`);
  }
  const places = added ? [] : await placesOf(transaction, product.identifier);
  const { id, version } = added ?? (await replaceProduct(transaction, product));
  await storeBoxes(transaction, id, product);
  await storeCoverages(transaction, id, product);
  await storeFiles(transaction, id, product);
  return { id, version: Number(version), changed: [...places, placeOf(product)] };
}

async function insertProduct(
  transaction: Knex.Transaction,
  product: NewProduct,
): Promise<ProductRow | undefined> {
  const [row] = await transaction('view_server.products')
    .insert(columnsOf(product))
    .onConflict('identifier')
    .ignore()
    .returning<ProductRow[]>(['id', 'version']);
  return row;
}

async function replaceProduct(transaction: Knex.Transaction, product: NewProduct): Promise<ProductRow> {
  const [row] = await transaction('view_server.products')
    .where({ identifier: product.identifier })
    .update({
      ...columnsOf(product),
      version: transaction.raw('version + 1'),
      registered: transaction.raw('clock_timestamp()'),
    })
    .returning<ProductRow[]>(['id', 'version']);
  if (!row) throw new Error(`The product ${product.identifier} was removed in the meantime`);
  for (const table of ['product_boxes', 'coverages', 'product_files']) {
    await transaction(`view_server.${table}`).where({ product_id: row.id }).delete();
  }
  return row;
}

/** Locks a product until the transaction ends, and returns where it is. */
async function placesOf(transaction: Knex.Transaction, identifier: string): Promise<readonly ChangedPlace[]> {
  interface Row {
    readonly footprint: Footprint;
    readonly begins: string;
    readonly ends: string;
    readonly collections: readonly string[];
  }
  const { rows } = await transaction.raw<{ rows: Row[] }>(
    `SELECT footprint, begins, ends,
       ARRAY(SELECT DISTINCT collection FROM view_server.product_boxes WHERE product_id = product.id) AS collections
     FROM view_server.products AS product WHERE identifier = ? FOR UPDATE`,
    [identifier],
  );
  return rows.map(({ footprint, begins, ends, collections }) =>
    placeOf({ footprint, begins: new Date(isoOf(begins)), ends: new Date(isoOf(ends)), collections }),
  );
}

function placeOf({
  footprint,
  begins,
  ends,
  collections,
}: Pick<NewProduct, 'footprint' | 'begins' | 'ends' | 'collections'>): ChangedPlace {
  return { collections, boxes: boxesOf(footprint), interval: { begin: begins, end: ends } };
}

function columnsOf(product: NewProduct) {
  return {
    identifier: product.identifier,
    type: product.type,
    level: product.level,
    footprint: JSON.stringify(product.footprint),
    begins: product.begins.toISOString(),
    ends: product.ends.toISOString(),
    prefix: product.prefix,
    properties: JSON.stringify(product.properties),
  };
}

/** The time is stored without its ends, except for an instant: so what is looked for by an inclusive interval follows the rule. */
async function storeBoxes(
  transaction: Knex.Transaction,
  productId: string,
  product: NewProduct,
): Promise<void> {
  const collections = [...new Set(product.collections)].toSorted();
  await transaction.raw(
    `INSERT INTO view_server.collections (name) SELECT unnest(?::text[]) AS name ORDER BY name ON CONFLICT DO NOTHING`,
    [arrayLiteral(collections)],
  );
  const [begins, ends] = [product.begins.toISOString(), product.ends.toISOString()];
  const bounds = begins === ends ? '[]' : '()';
  for (const box of boxesOf(product.footprint)) {
    const { sql, bindings } = boxSql(box);
    await transaction.raw(
      `INSERT INTO view_server.product_boxes (product_id, collection, box, during, ends)
       SELECT ?, collection, ${sql}, tstzrange(?, ?, ?), ? FROM unnest(?::text[]) AS collection`,
      [productId, ...bindings, begins, ends, bounds, ends, arrayLiteral(collections)],
    );
  }
}

async function storeCoverages(
  transaction: Knex.Transaction,
  productId: string,
  { identifier, coverages }: NewProduct,
): Promise<void> {
  if (coverages.length === 0) return;
  const stored = await transaction('view_server.coverages')
    .insert(
      coverages.map((coverage) => ({
        product_id: productId,
        identifier: coverage.identifier,
        coverage_type: coverage.coverageType,
        path: coverage.path,
        width_pixels: coverage.widthPixels,
        height_pixels: coverage.heightPixels,
        band_count: coverage.bandCount,
        srs: coverage.srs,
        min_x: coverage.box.minX,
        min_y: coverage.box.minY,
        max_x: coverage.box.maxX,
        max_y: coverage.box.maxY,
      })),
    )
    .onConflict('identifier')
    .ignore()
    .returning<{ identifier: string }[]>('identifier');
  const names = new Set(stored.map((each) => each.identifier));
  const taken = coverages.find((each) => !names.has(each.identifier));
  if (taken || names.size < coverages.length) {
    throw new ProductExistsError(
      `The coverage ${taken?.identifier ?? ''} of ${identifier} is there twice, or belongs to another product`,
    );
  }
}

async function storeFiles(
  transaction: Knex.Transaction,
  productId: string,
  { masks, files }: NewProduct,
): Promise<void> {
  const rows = [
    ...masks.map(({ name, path }) => ({ product_id: productId, kind: 'mask', name, path })),
    ...files.map(({ kind, path }) => ({ product_id: productId, kind, name: path, path })),
  ];
  if (rows.length === 0) return;
  await transaction('view_server.product_files')
    .insert(rows)
    .onConflict(['product_id', 'kind', 'name'])
    .merge();
}
