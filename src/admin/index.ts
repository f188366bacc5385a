import compression from 'compression';
import express, { type ErrorRequestHandler, Router } from 'express';
import type { AppContext } from '../app-kit/app-context.ts';
import type { LoadedApp } from '../app-kit/loaded-apps.ts';
import { createAccount } from './access/account.ts';
import { createCsrfProtection } from './access/csrf.ts';
import { KnownBrowsers } from './access/known-browser.ts';
import { LoginThrottle } from './access/login-throttle.ts';
import { refuse } from './access/refusal.ts';
import { enforceRoles } from './access/require-role.ts';
import { securityHeaders } from './access/security-headers.ts';
import { createAppRoutes } from './app-routes.ts';
import { ICON_SVG } from './appearance.ts';
import { createDashboardRoutes } from './dashboard/router.ts';
import { createLogin, requireLogin } from './login.ts';
import { ADMIN_PATHS, ADMIN_ROOT } from './paths.ts';
import { peopleResources } from './people/people-resources.ts';
import { createPeopleRoutes } from './people/people-router.ts';
import { findTask } from './queue/find-task.ts';
import { queueResources } from './queue/resources.ts';
import { createQueueRoutes } from './queue/router.ts';
import { TaskDescriber } from './queue/task-describer.ts';
import { requireSameOrigin } from './same-origin.ts';
import { createSearchRoutes } from './search/router.ts';
import { createSessions } from './sessions.ts';
import { createSite } from './site/site-router.ts';
import { readFrontEnd } from './site/stored-front-end.ts';
import { refuseUnstorable } from './storable-requests.ts';
import { createTableRoutes } from './tables/table-router.ts';

export { openAccounts } from './basic-accounts.ts';
export { ADMIN_ROOT } from './paths.ts';

/** The resources of the admin itself; no app may have one of the same id. */
export const ADMIN_RESOURCES: readonly string[] = [...queueResources, ...peopleResources].map(({ id }) => id);

/**
 * The admin: a router to be mounted at {@link ADMIN_ROOT}, before anything that reads bodies. The build has written
 * AdminJS's page and all scripts, so that nothing of AdminJS is loaded here.
 */
export function createAdmin(context: AppContext, apps: readonly LoadedApp[]): Router {
  const { platform } = context;
  const { web } = platform.settings;
  const csrf = createCsrfProtection(platform.settings, ADMIN_ROOT);
  const access = { platform, paths: ADMIN_PATHS, csrf, throttle: new LoginThrottle(platform.database) };
  const router = Router();
  router.use(securityHeaders(web.baseUrl.startsWith('https:')));
  router.get('/icon.svg', (_request, response) => {
    response.type('svg').set('Cache-Control', 'public, max-age=86400').send(ICON_SVG);
  });
  router.use(requireSameOrigin(web.baseUrl));
  router.use(createSessions(platform, ADMIN_ROOT));
  router.use(express.urlencoded({ extended: false, limit: '10kb' }));
  router.use(refuseUnstorable);
  router.use(...csrf.middleware);
  router.use(createLogin(access, new KnownBrowsers(platform.settings, ADMIN_ROOT)));
  router.use(requireLogin(platform, ADMIN_PATHS));
  router.use(createAccount(access));
  // What follows is checked for the administrator's role.
  router.use(enforceRoles(platform.database));
  // Plain pages stay as they are: they hold a token, whose length a compressed page would betray.
  router.use(compression({ filter: isCompressible }));
  router.get('/tasks/:taskId', findTask(context, ADMIN_ROOT));
  const describer = new TaskDescriber(platform.database, apps);
  router.use(createDashboardRoutes(context, apps, describer));
  router.use(createQueueRoutes(context, apps, describer));
  router.use(createPeopleRoutes(context));
  router.use(createTableRoutes(context, apps));
  router.use(createSearchRoutes(context, apps, describer));
  router.use(createAppRoutes(apps));
  router.use(createSite(apps, once(readFrontEnd)));
  router.use(reportErrors(context));
  return router;
}

/** A stream is sent line by line, and would wait for a block to be full. */
const isCompressible: compression.CompressionFilter = (request, response) =>
  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') &&
  compression.filter(request, response);

/** Errors of the site: the browser gets faults of its request; all others go to the log alone. */
function reportErrors({ platform }: AppContext): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
    if (error instanceof Error && status >= 400 && status < 500 && !response.headersSent) {
      platform.logger.debug({ err: error, path: request.path }, 'the admin refused a request');
      refuse(request, response, status, error.message);
      return;
    }
    platform.logger.error({ err: error, method: request.method, path: request.path }, 'the admin failed');
    if (response.headersSent) next(error);
    else refuse(request, response, 500, 'Something went wrong. See the log of the server.');
  };
}

/** Runs a function when it is first called, and returns the same from then on; a failure is tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
