import { Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppApi } from '../../../app-kit/app-api.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { createClientRouter } from '../client/client-router.ts';
import { createCswRouter } from '../csw/router.ts';
import { createProxyRouter } from '../proxy/proxy-router.ts';
import { createSearchRouter } from '../search/search-router.ts';
import { sourceOf } from '../sources/index.ts';
import { createCatalogsRouter } from './catalogs-router.ts';
import { createDocsRouter } from './docs-router.ts';
import { createEndpointListsRouter } from './endpoint-lists-router.ts';
import { createEndpointsRouter } from './endpoints-router.ts';
import { openApi } from './open-api/index.ts';
import { createResourceActionsRouter } from './resource-actions-router.ts';
import { createTasksRunnerRouter } from './tasks-runner-router.ts';

/** What each part serves. */
const PARTS: readonly ((context: AppContext, accounts: Accounts) => Router)[] = [
  createCatalogsRouter,
  createEndpointsRouter,
  createEndpointListsRouter,
  createTasksRunnerRouter,
  createResourceActionsRouter,
  createDocsRouter,
  createSearchRouter,
  createCswRouter,
  (context) => createProxyRouter(context, (type, stored) => sourceOf(type).openDrawing(stored)),
  // Last, as it has a page for each catalogue below the same path.
  createClientRouter,
];

/** The HTTP API of the map registry, and its pages. */
export const mapRegistryApi: AppApi = {
  paths: ['/registry'],
  createRouter(context, accounts) {
    const router = Router();
    for (const createPart of PARTS) router.use(createPart(context, accounts));
    return router;
  },
  frontPage: [
    {
      path: '/registry/',
      label: 'Map registry',
      description: 'Map services and their layers, with a search on a map.',
    },
  ],
  openApi,
};
