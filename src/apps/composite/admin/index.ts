import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { adminActions } from './actions.ts';
import { matchingMembers } from './members.ts';
import { adminResources } from './resources.ts';
import { createAdminRouter } from './router.ts';
import { compositeSearch } from './search.ts';
import { describeTasks } from './task-descriptions.ts';

/** What the admin shows of collections and members. */
export const compositeAdmin: AppAdmin = {
  resources: adminResources,
  router: createAdminRouter,
  actions: adminActions,
  matching: [matchingMembers],
  search: compositeSearch,
  describeTasks,
};
