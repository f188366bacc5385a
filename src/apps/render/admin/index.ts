import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { actions } from './actions.ts';
import { describeTasks } from './describe-tasks.ts';
import { matchingTasks } from './lists.ts';
import { resources } from './resources.ts';
import { createRouter } from './router.ts';

/** What the admin shows of pull queues and their tasks. */
export const renderAdmin: AppAdmin = {
  resources,
  router: createRouter,
  actions,
  matching: [matchingTasks],
  describeTasks,
};
