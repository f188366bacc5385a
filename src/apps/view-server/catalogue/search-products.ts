import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { boundedCount } from '../../../platform/database/bounded-count.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { type MatchingQuery, matching, newestFirst } from './find-products.ts';
import type { CatalogueProduct, Footprint, ProductFilter } from './product.ts';
import { readProducts } from './stored-products.ts';

/** What a property of a product has to be: one of some texts, whatever their case, or a number in a range. */
export type PropertyCondition =
  | { readonly name: string; readonly among: readonly string[] }
  | { readonly name: string; readonly from?: RangeEnd | undefined; readonly to?: RangeEnd | undefined };

/** An end of a range. */
export interface RangeEnd {
  readonly value: number;
  /** Whether the value itself is in the range. */
  readonly isIncluded: boolean;
}

/** What products are searched for. */
export interface ProductSearch extends ProductFilter {
  readonly type?: string | undefined;
  readonly level?: string | undefined;
  /** Part of the identifier, whatever its case. */
  readonly text?: string | undefined;
  readonly conditions?: readonly PropertyCondition[] | undefined;
  /** What the box lets through is looked at with this. */
  readonly fits?: ((footprint: Footprint) => boolean) | undefined;
}

/** A page of products, and how many there are of all pages. */
export interface ProductPage {
  readonly products: readonly CatalogueProduct[];
  readonly total: number;
  readonly isTotalEstimated: boolean;
}

/** How many products the box may let through to be looked at one by one. */
const MOST_CANDIDATES = 10_000;

/** How many footprints are in memory at a time. */
const CANDIDATES_AT_ONCE = 200;

/** Returns a page of the products that fit, the newest first. */
export async function searchProducts(
  database: DatabaseOrTransaction,
  search: ProductSearch,
  page: { readonly offset: number; readonly limit: number },
): Promise<ProductPage> {
  const query = narrowed(database, search);
  if (search.fits) return searchByShape(database, search, query, search.fits, page);
  const { count, isEstimated } = await boundedCount(database, query);
  const rows =
    page.limit === 0
      ? []
      : await newestFirst(database, search, query.clone()).offset(page.offset).limit(page.limit);
  return {
    products: await readProducts(
      database,
      rows.map(({ product_id }) => product_id),
    ),
    total: count,
    isTotalEstimated: isEstimated,
  };
}

async function searchByShape(
  database: DatabaseOrTransaction,
  search: ProductSearch,
  query: MatchingQuery,
  fits: (footprint: Footprint) => boolean,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<ProductPage> {
  const candidates = await newestFirst(database, search, query).limit(MOST_CANDIDATES + 1);
  const ids: string[] = [];
  for (let start = 0; start < Math.min(candidates.length, MOST_CANDIDATES); start += CANDIDATES_AT_ONCE) {
    const some = candidates.slice(start, start + CANDIDATES_AT_ONCE).map(({ product_id }) => product_id);
    const footprints = await readFootprints(database, some);
    for (const id of some) {
      const footprint = footprints.get(id);
      if (footprint && fits(footprint)) ids.push(id);
    }
  }
  return {
    products: await readProducts(database, ids.slice(offset, offset + limit)),
    total: ids.length,
    isTotalEstimated: candidates.length > MOST_CANDIDATES,
  };
}

async function readFootprints(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Footprint>> {
  const rows = await database<{ id: string; footprint: Footprint }>('view_server.products')
    .whereRaw('id = ANY (?::bigint[])', [arrayLiteral(ids)])
    .select('id', 'footprint');
  return new Map(rows.map(({ id, footprint }) => [id, footprint]));
}

function narrowed(database: DatabaseOrTransaction, search: ProductSearch): MatchingQuery {
  const { type, level, text, conditions = [] } = search;
  const query = matching(database, search);
  if (type === undefined && level === undefined && text === undefined && conditions.length === 0)
    return query;
  query.join('view_server.products as product', 'product.id', 'place.product_id');
  if (type !== undefined) query.where('product.type', type);
  if (level !== undefined) query.where('product.level', level);
  if (text !== undefined) {
    query.whereRaw(`lower(product.identifier) LIKE lower(?::text COLLATE "C")`, [`%${escapePattern(text)}%`]);
  }
  for (const condition of conditions) addCondition(query, condition);
  return query;
}

/** Signs that mean something in a pattern stand for themselves. */
function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function addCondition(query: Knex.QueryBuilder, condition: PropertyCondition): void {
  const { name } = condition;
  if ('among' in condition) {
    query.whereRaw('lower(product.properties ->> ?::text) = ANY (?::text[])', [
      name,
      arrayLiteral(condition.among.map((text) => text.toLowerCase())),
    ]);
    return;
  }
  // The comparison of a CASE is made after its condition: a text is no number.
  const value = `CASE WHEN jsonb_typeof(product.properties -> ?::text) = 'number'
    THEN (product.properties ->> ?::text)::float8 END`;
  const { from, to } = condition;
  if (from) query.whereRaw(`${value} ${from.isIncluded ? '>=' : '>'} ?::float8`, [name, name, from.value]);
  if (to) query.whereRaw(`${value} ${to.isIncluded ? '<=' : '<'} ?::float8`, [name, name, to.value]);
}
