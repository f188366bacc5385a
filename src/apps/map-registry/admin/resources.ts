import type { AdminPagesResource } from '../../../app-kit/admin/resource.ts';

/** The ids of the lists. */
export const ENDPOINTS = 'registry-endpoints';
export const SERVICES = 'registry-services';
export const LAYERS = 'registry-layers';
export const ISSUES = 'registry-issues';
export const CATALOGS = 'registry-catalogs';
export const REGISTRY_TASKS = 'registry-tasks';

/** The lists of this app. */
export const resources: readonly AdminPagesResource[] = [
  { id: ENDPOINTS, label: 'Endpoints' },
  { id: SERVICES, label: 'Services' },
  { id: LAYERS, label: 'Layers' },
  { id: ISSUES, label: 'Issues' },
  { id: CATALOGS, label: 'Catalogues' },
  { id: REGISTRY_TASKS, label: 'Whole registry' },
];
