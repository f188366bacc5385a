// The pages of this app in the admin, for browsers.

import './map-registry.css';
import type { AdminPages, States } from '../../../../app-kit/pages/index.ts';
import { CATALOGS, ENDPOINTS, ISSUES, LAYERS, REGISTRY_TASKS, SERVICES } from '../resources.ts';
import { CatalogsPage } from './catalogs-page.tsx';
import { EndpointPage } from './endpoint-page.tsx';
import { EndpointsPage } from './endpoints-page.tsx';
import { IssuePage } from './issue-page.tsx';
import { IssuesPage } from './issues-page.tsx';
import { LayerPage } from './layer-page.tsx';
import { LayersPage } from './layers-page.tsx';
import { RegistryTasksPage } from './registry-tasks-page.tsx';
import { ServicePage } from './service-page.tsx';
import { ServicesPage } from './services-page.tsx';

/** By the ids of `resources.ts`. */
export const pages: AdminPages = {
  [ENDPOINTS]: { list: EndpointsPage, show: EndpointPage },
  [SERVICES]: { list: ServicesPage, show: ServicePage },
  [LAYERS]: { list: LayersPage, show: LayerPage },
  [ISSUES]: { list: IssuesPage, show: IssuePage },
  [CATALOGS]: { list: CatalogsPage },
  [REGISTRY_TASKS]: { list: RegistryTasksPage },
};

/** How the states of endpoints, services, layers and issues look. */
export const states: States = {
  waiting: { tone: 'plain', icon: 'waiting' },
  imported: { tone: 'good', icon: 'done' },
  up: { tone: 'good', icon: 'done' },
  down: { tone: 'bad', icon: 'failed' },
  unchecked: { tone: 'plain', icon: 'waiting', label: 'Not checked' },
  deleted: { tone: 'warn', icon: 'stopped' },
  open: { tone: 'bad', icon: 'warning' },
  resolved: { tone: 'good', icon: 'done' },
};
