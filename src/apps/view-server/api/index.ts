import { Router } from 'express';
import type { AppApi } from '../../../app-kit/app-api.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { warnWithoutToken } from '../../../platform/http/bearer-tokens.ts';
import { createClientRouter } from '../client/client-router.ts';
import { createOpenSearchRouter } from '../services/opensearch/router.ts';
import { createOwsRouter } from '../services/ows-router.ts';
import { createCacheRouter } from '../services/wmts/cache-router.ts';
import { viewServerSettings } from '../settings.ts';
import { createItemsRouter } from './items-router.ts';
import { openApi } from './open-api.ts';
import { createRegisterRouter } from './register-router.ts';

/** What each part serves; the services of maps are public. */
const PARTS: readonly ((context: AppContext) => Router)[] = [
  createRegisterRouter,
  createItemsRouter,
  createOpenSearchRouter,
  createOwsRouter,
  (context) => createCacheRouter(context),
  // Last, as it has a page for each collection below the same path.
  createClientRouter,
];

/** The HTTP API of the view server: its public services, registrations, and items. */
export const viewServerApi: AppApi = {
  paths: ['/cache', '/ows', '/opensearch', '/register', '/view-server'],
  createRouter(context) {
    warnWithoutToken(context.platform, context.platform.settingsOf(viewServerSettings).api.tokens, {
      effect: 'the API of the view server lets every caller push items',
      variable: 'VIEW_SERVER_TOKENS',
    });
    const router = Router();
    for (const createPart of PARTS) router.use(createPart(context));
    return router;
  },
  frontPage: [
    { path: '/view-server/', label: 'View server', description: 'Collections of images, on maps.' },
  ],
  openApi,
};
