import type { AppAdmin } from '../../../app-kit/admin/app-admin.ts';
import { catalogActions } from './catalog-actions.ts';
import { checkActions } from './check-actions.ts';
import { describeTasks } from './describe-tasks.ts';
import { endpointActions } from './endpoint-actions.ts';
import { matchingEndpoints } from './endpoint-list.ts';
import { issueActions } from './issue-actions.ts';
import { matchingLayers } from './layer-list.ts';
import { registryTaskActions } from './registry-task-actions.ts';
import { resources } from './resources.ts';
import { createRouter } from './router.ts';
import { mapRegistrySearch } from './search.ts';
import { matchingServices } from './service-list.ts';

/** What the admin shows of endpoints, services, layers, issues and catalogues. */
export const mapRegistryAdmin: AppAdmin = {
  resources,
  router: createRouter,
  actions: [...endpointActions, ...checkActions, ...issueActions, ...catalogActions, ...registryTaskActions],
  matching: [matchingEndpoints, matchingServices, matchingLayers],
  search: mapRegistrySearch,
  describeTasks,
};
