import type { AdminPagesResource } from '../../../app-kit/admin/resource.ts';

/** The ids of the lists. */
export const ITEMS = 'view-items';
export const PRODUCTS = 'view-products';
export const COLLECTIONS = 'view-collections';
export const TILES = 'view-tiles';

/** The lists of this app. */
export const resources: readonly AdminPagesResource[] = [
  { id: ITEMS, label: 'Items' },
  { id: PRODUCTS, label: 'Products' },
  { id: COLLECTIONS, label: 'Collections' },
  { id: TILES, label: 'Tile cache' },
];
