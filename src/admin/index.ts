import { type ErrorRequestHandler, Router } from 'express';
import type { App, AppContext } from '../apps/app.ts';
import { ICON_SVG } from './appearance.ts';
import { findTask } from './find-task.ts';
import { type AdminPaths, createLogin, requireLogin } from './login.ts';
import { requireSameOrigin } from './same-origin.ts';
import { createSessions } from './sessions.ts';

/** Where the admin is mounted. */
export const ADMIN_ROOT = '/admin';

const PATHS: AdminPaths = {
  root: ADMIN_ROOT,
  login: `${ADMIN_ROOT}/login`,
  logout: `${ADMIN_ROOT}/logout`,
  icon: `${ADMIN_ROOT}/icon.svg`,
};

/** Nothing from elsewhere; inline scripts and styles are AdminJS's. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
    "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

/**
 * The admin: a router to be mounted at {@link ADMIN_ROOT}, before anything that reads bodies. AdminJS itself,
 * which takes two seconds and 190 MB to load, is loaded when somebody first asks for the login page, so that
 * processes that serve the API alone do without.
 */
export function createAdmin(context: AppContext, apps: readonly Pick<App, 'adminResources'>[]): Router {
  const { platform } = context;
  const site = once(async () => {
    const { createSite } = await import('./site.ts');
    return createSite(context, apps, PATHS);
  });
  const router = Router();
  router.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  router.get('/icon.svg', (_request, response) => {
    response.type('svg').set('Cache-Control', 'public, max-age=86400').send(ICON_SVG);
  });
  router.use(requireSameOrigin(platform.settings.web.baseUrl));
  router.use(createSessions(platform, ADMIN_ROOT));
  router.get('/login', (_request, _response, next) => {
    // By the time that the password is typed, the site is there.
    site().catch((error: unknown) => platform.logger.error({ err: error }, 'the admin cannot be loaded'));
    next();
  });
  router.use(createLogin(platform, PATHS));
  router.use(requireLogin(platform, PATHS));
  router.get('/tasks/:taskId', findTask(context, ADMIN_ROOT));
  router.use(async (request, response, next) => (await site())(request, response, next));
  router.use(reportErrors(context));
  return router;
}

/** Errors of the site: told in the log, not to the browser. */
function reportErrors({ platform }: AppContext): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    platform.logger.error({ err: error, method: request.method, path: request.path }, 'the admin failed');
    if (response.headersSent) next(error);
    else response.status(500).type('text').send('Something went wrong. The log says what.');
  };
}

/** Runs a function when it is first called, and answers the same from then on; a failure is tried again. */
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
