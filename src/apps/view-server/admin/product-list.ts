import { asMoment, asText } from '../../../app-kit/admin/list-query.ts';
import { keyOfRow } from '../../../app-kit/admin/row-keys.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { boundedCount } from '../../../platform/database/bounded-count.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoOf } from '../../../platform/database/timestamps.ts';
import { whereBegins } from './item-rows.ts';
import type { ProductRow } from './shapes.ts';

/** What the list of products is narrowed by. */
export interface ProductListFilter {
  readonly collection: string | undefined;
  /** How the identifier begins. */
  readonly identifier: string | undefined;
  /** Products whose time meets that from one moment to another. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Rows of one page. */
const PAGE_ROWS = 25;

/** Reads a filter that a page sent. */
export function readProductFilter(sent: Readonly<Record<string, unknown>>): ProductListFilter {
  return {
    collection: asText(sent['collection']),
    identifier: asText(sent['identifier']),
    from: asMoment(asText(sent['from'])),
    to: asMoment(asText(sent['to'])),
  };
}

/**
 * Reads one page of products that match, those first whose images are newest.
 *
 * @param page the place of the last product of the page before.
 */
export async function listProductRows(
  database: Database,
  filter: ProductListFilter,
  page: string | undefined,
): Promise<RowPage<ProductRow>> {
  const place = readPlace(page);
  const query = productsThatMatch(database, filter);
  if (place) query.whereRaw('(listed.ends, listed.product_id) < (?::timestamptz, ?::bigint)', [...place]);
  const [found, count] = await Promise.all([
    query
      .distinct<{ product_id: string; ends: string }[]>('listed.ends', 'listed.product_id')
      .orderBy([
        { column: 'listed.ends', order: 'desc' },
        { column: 'listed.product_id', order: 'desc' },
      ])
      .limit(PAGE_ROWS + 1),
    boundedCount(database, productsThatMatch(database, filter)),
  ]);
  const shown = found.slice(0, PAGE_ROWS);
  const last = found.length > PAGE_ROWS ? shown.at(-1) : undefined;
  return {
    rows: await readProductRows(
      database,
      shown.map(({ product_id }) => product_id),
    ),
    next: last ? `${isoOf(last.ends)}_${last.product_id}` : null,
    isPartial: false,
    count,
  };
}

/** Reads products by their numbers, in the order of these. */
export async function readProductRows(
  database: Database,
  ids: readonly string[],
): Promise<readonly ProductRow[]> {
  if (ids.length === 0) return [];
  interface Found {
    readonly id: string;
    readonly identifier: string;
    readonly type: string;
    readonly level: string;
    readonly begins: string;
    readonly ends: string;
    readonly version: string;
    readonly registered: string;
    readonly collections: readonly string[];
  }
  const { rows } = await database.raw<{ rows: Found[] }>(
    `SELECT id, identifier, type, level, begins, ends, version, registered,
       ARRAY(SELECT DISTINCT collection FROM view_server.product_boxes
         WHERE product_id = products.id ORDER BY collection) AS collections
     FROM view_server.products WHERE id = ANY (?::bigint[])`,
    [arrayLiteral(ids)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const { begins, ends, registered, version } = row;
    return [
      {
        ...row,
        id: keyOfRow(id),
        begins: isoOf(begins),
        ends: isoOf(ends),
        registered: isoOf(registered),
        version: Number(version),
      },
    ];
  });
}

/** Products, or in a collection their boxes, under one name: both are indexed by the ends of their times. */
function productsThatMatch(database: Database, { collection, identifier, from, to }: ProductListFilter) {
  const query =
    collection === undefined
      ? database.from(
          database('view_server.products')
            .select('id AS product_id', 'ends', 'begins', 'identifier')
            .as('listed'),
        )
      : database.from(
          database('view_server.product_boxes')
            .select('product_id', 'ends', database.raw('lower(during) AS begins'))
            .where('collection', collection)
            .as('listed'),
        );
  if (from !== undefined) query.where('listed.ends', '>=', from);
  if (to !== undefined) query.where('listed.begins', '<', to);
  if (identifier !== undefined) {
    const named = whereBegins(database('view_server.products').select('id'), 'identifier', identifier);
    query.whereIn('listed.product_id', named);
  }
  return query;
}

function readPlace(text: string | undefined): readonly [ends: string, id: string] | undefined {
  const [moment = '', id = ''] = (text ?? '').split('_');
  const ends = asMoment(moment);
  return ends !== undefined && /^\d{1,18}$/.test(id) ? [ends, id] : undefined;
}

/** Finds products by how their identifiers begin. */
export function findProductIds(database: Database, start: string, limit: number): Promise<readonly string[]> {
  return whereBegins(database('view_server.products'), 'identifier', start)
    .orderBy('identifier')
    .limit(limit)
    .pluck<string[]>('id');
}
