import type { App } from '../../app-kit/app.ts';
import { adminActions } from './admin/actions.ts';
import { adminResources } from './admin/resources.ts';
import { createAdminRouter } from './admin/router.ts';
import { openApi } from './api/open-api.ts';
import { createRouter } from './api/router.ts';
import { processMember } from './tasks.ts';

/** PDFs in, images of their pages at the DLCS out. */
export const composite: App = {
  name: 'composite',
  router: createRouter,
  openApi,
  tasks: [processMember],
  adminResources,
  adminRouter: createAdminRouter,
  adminActions,
  // What it needs beyond the platform and the queue is the DLCS, which only a caller's credentials can ask.
  healthChecks: () => [],
};
