import { type AppSearch, MOST_SEARCH_HITS } from '../../../app-kit/admin/app-admin.ts';
import { listItemRows } from './item-list.ts';
import { findProductIds, readProductRows } from './product-list.ts';
import { ITEMS, PRODUCTS } from './resources.ts';
import { STAGE_LABELS } from './stage-labels.ts';

/** Finds products by how their identifiers begin, and items by how their paths or the names of their files begin. */
export const viewServerSearch: AppSearch = {
  searchable: 'products, items',
  async find({ platform: { database } }, text) {
    const half = MOST_SEARCH_HITS / 2;
    const products = await readProductRows(database, await findProductIds(database, text, half));
    const items = await listItemRows(
      database,
      { path: text, stage: undefined, state: undefined, collection: undefined },
      undefined,
    );
    return [
      ...products.map(({ id, identifier, collections }) => ({
        kind: 'Product',
        title: identifier,
        subtitle: collections.join(', '),
        path: `/resources/${PRODUCTS}/records/${id}/show`,
      })),
      ...items.rows.slice(0, MOST_SEARCH_HITS - products.length).map(({ id, stage, path, state }) => ({
        kind: 'Item',
        title: path,
        subtitle: `${STAGE_LABELS[stage]}, ${state}`,
        path: `/resources/${ITEMS}/records/${id}/show`,
      })),
    ];
  },
};
