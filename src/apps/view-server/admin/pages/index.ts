// The pages of this app in the admin, for browsers.

import './view-server.css';
import type { AdminPages, States } from '../../../../app-kit/pages/index.ts';
import { COLLECTIONS, ITEMS, PRODUCTS, TILES } from '../resources.ts';
import { CollectionsPage } from './collections-page.tsx';
import { ItemPage } from './item-page.tsx';
import { ItemsPage } from './items-page.tsx';
import { ProductPage } from './product-page.tsx';
import { ProductsPage } from './products-page.tsx';
import { PurgePage } from './purge-page.tsx';
import { TilesPage } from './tiles-page.tsx';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  [ITEMS]: { list: ItemsPage, show: ItemPage },
  [PRODUCTS]: { list: ProductsPage, show: ProductPage },
  [COLLECTIONS]: { list: CollectionsPage },
  [TILES]: { list: TilesPage, show: PurgePage },
};

/** How the states of items and attempts look. */
export const states: States = {
  waiting: { tone: 'plain', icon: 'waiting' },
  withdrawn: { tone: 'warn', icon: 'stopped' },
  lost: { tone: 'warn', icon: 'warning' },
  forgotten: { tone: 'plain', icon: 'plain' },
};
