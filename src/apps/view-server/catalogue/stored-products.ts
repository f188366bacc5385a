import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { boxesOf, unionOf } from './footprint.ts';
import type { CatalogueCoverage, CatalogueProduct, Footprint } from './product.ts';

/** A product as it is stored. */
export interface ProductRow {
  readonly id: string;
  readonly identifier: string;
  readonly type: string;
  readonly level: string;
  readonly footprint: Footprint;
  readonly begins: string;
  readonly ends: string;
  readonly prefix: string;
  readonly version: string;
  readonly properties: Readonly<Record<string, string | number>>;
}

/** A coverage as it is stored. */
export interface CoverageRow {
  readonly id: string;
  readonly product_id: string;
  readonly identifier: string;
  readonly coverage_type: string;
  readonly path: string;
  readonly width_pixels: number;
  readonly height_pixels: number;
  readonly band_count: number;
  readonly srs: string;
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
}

/** The columns of a product. */
export const PRODUCT_COLUMNS: readonly (keyof ProductRow)[] = [
  'id',
  'identifier',
  'type',
  'level',
  'footprint',
  'begins',
  'ends',
  'prefix',
  'version',
  'properties',
];

/** Returns products by their ids, in the order of these, with their coverages. Ids that there are no more are left out. */
export async function readProducts(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<readonly CatalogueProduct[]> {
  if (ids.length === 0) return [];
  const among = [arrayLiteral(ids)];
  const products = await database<ProductRow>('view_server.products')
    .whereRaw('id = ANY (?::bigint[])', among)
    .select([...PRODUCT_COLUMNS]);
  const coverages = await database<CoverageRow>('view_server.coverages')
    .whereRaw('product_id = ANY (?::bigint[])', among)
    .orderBy('identifier')
    .select('*');
  const rows = new Map(products.map((row) => [row.id, row]));
  const coveragesOf = Map.groupBy(coverages, ({ product_id }) => product_id);
  return ids.flatMap((id) => {
    const row = rows.get(id);
    return row ? [{ ...productOf(row), coverages: (coveragesOf.get(id) ?? []).map(coverageOf) }] : [];
  });
}

/** Reads a row of a product. */
export function productOf(row: ProductRow): Omit<CatalogueProduct, 'coverages'> {
  const { id, identifier, type, level, footprint, begins, ends, prefix, version, properties } = row;
  const boxes = boxesOf(footprint);
  return {
    id,
    identifier,
    type,
    level,
    footprint,
    box: unionOf(boxes),
    boxes,
    begins: new Date(isoOf(begins)),
    ends: new Date(isoOf(ends)),
    prefix,
    version: Number(version),
    properties,
  };
}

/** Reads a row of a coverage. */
export function coverageOf(row: CoverageRow): CatalogueCoverage {
  return {
    id: row.id,
    identifier: row.identifier,
    coverageType: row.coverage_type,
    path: row.path,
    widthPixels: row.width_pixels,
    heightPixels: row.height_pixels,
    bandCount: row.band_count,
    srs: row.srs,
    box: { minX: row.min_x, minY: row.min_y, maxX: row.max_x, maxY: row.max_y },
  };
}
