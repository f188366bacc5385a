import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { actions } from './actions.ts';
import { describeTasks } from './describe-tasks.ts';
import { matchingRefreshes } from './refresh-list.ts';
import { resources } from './resources.ts';
import { createRouter } from './router.ts';
import { ingestionSearch } from './search.ts';

/** What the admin shows of refreshes and indexes. */
export const ingestionAdmin: AppAdmin = {
  resources,
  router: createRouter,
  actions,
  matching: [matchingRefreshes],
  search: ingestionSearch,
  describeTasks,
};
