import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { describeTasks } from './describe-tasks.ts';
import { itemActions } from './item-actions.ts';
import { matchingItems } from './item-list.ts';
import { purgeAction } from './purge-action.ts';
import { pushAction } from './push-action.ts';
import { resources } from './resources.ts';
import { createRouter } from './router.ts';
import { viewServerSearch } from './search.ts';

/** What the admin shows of items, products, collections and tiles. */
export const viewServerAdmin: AppAdmin = {
  resources,
  router: createRouter,
  actions: [...itemActions, pushAction, purgeAction],
  matching: [matchingItems],
  search: viewServerSearch,
  describeTasks,
};
