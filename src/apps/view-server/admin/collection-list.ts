import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import type { Platform } from '../../../platform/platform.ts';
import { findCollectionExtent } from '../catalogue/collection-extents.ts';
import { openCollections } from '../collections/collections.ts';
import { linksOfCollection } from './service-links.ts';
import type { BoundedFigure, CollectionRow } from './shapes.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** What is counted of each collection at most. */
const MOST_COUNTED = 10_000;

/**
 * Reads one page of the collections that are stored, by their names.
 *
 * @param after the name of the last collection of the page before.
 */
export async function listCollectionRows(
  platform: Platform,
  after: string | undefined,
): Promise<RowPage<CollectionRow>> {
  const { database } = platform;
  const configured = new Map((await openCollections(platform)).list.map(({ id, title }) => [id, title]));
  const query = database('view_server.collections')
    .orderByRaw('name COLLATE "C"')
    .limit(PAGE_ROWS + 1);
  if (after !== undefined) query.whereRaw('name COLLATE "C" > ?', [after]);
  const found = await query.pluck<string[]>('name');
  const shown = found.slice(0, PAGE_ROWS);
  return {
    rows: await Promise.all(
      shown.map(async (id) => ({
        id,
        title: configured.get(id) ?? id,
        isConfigured: configured.has(id),
        ...(await readFigures(database, id)),
        links: linksOfCollection(id),
      })),
    ),
    next: found.length > PAGE_ROWS ? (shown.at(-1) ?? null) : null,
    isPartial: false,
    count: null,
  };
}

async function readFigures(
  database: Database,
  collection: string,
): Promise<Pick<CollectionRow, 'productCount' | 'extent' | 'waiting' | 'failed'>> {
  const extent = await findCollectionExtent(database, collection);
  const products = database('view_server.product_boxes').where({ collection }).distinct('ends', 'product_id');
  const items = database('view_server.items AS item').where('item.collection', collection);
  return {
    productCount: await countUpTo(database, products),
    extent: extent
      ? {
          begins: extent.begins.toISOString(),
          ends: extent.ends.toISOString(),
          box: [extent.box.minX, extent.box.minY, extent.box.maxX, extent.box.maxY],
        }
      : null,
    waiting: await countUpTo(
      database,
      items
        .clone()
        .join('view_server.attempts AS attempt', 'attempt.item_id', 'item.id')
        .where('attempt.state', 'waiting')
        .select('item.id'),
    ),
    failed: await countUpTo(database, items.clone().where('item.outcome', 'failure').select('item.id')),
  };
}

/** Counts the rows of a query up to a limit. */
export async function countUpTo(database: Database, query: ReturnType<Database>): Promise<BoundedFigure> {
  const [counted] = await database
    .from(query.limit(MOST_COUNTED + 1).as('some'))
    .count<{ count: string }[]>('*');
  const count = Number(counted?.count ?? 0);
  return { count: Math.min(count, MOST_COUNTED), isMinimum: count > MOST_COUNTED };
}
