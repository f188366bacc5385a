import { promisify } from 'node:util';
import express, { type Request, type RequestHandler, Router } from 'express';
import type { Platform } from '../platform/platform.ts';
import { verifyAdministrator } from './administrators.ts';
import { type LoginPage, loginPage } from './login-page.ts';
import { LoginThrottle } from './login-throttle.ts';
import type { SignedIn } from './sessions.ts';

/** Where the parts of the admin are. */
export interface AdminPaths {
  readonly root: string;
  readonly login: string;
  readonly logout: string;
  readonly icon: string;
}

/** The login page, the login, and the logout; paths below the admin's root. Sessions have to be in place. */
export function createLogin({ database, logger }: Platform, paths: AdminPaths): Router {
  const throttle = new LoginThrottle();
  const router = Router();
  const page = (parts: Pick<LoginPage, 'next' | 'username' | 'error'>) =>
    loginPage({ action: paths.login, iconPath: paths.icon, ...parts });

  router.get('/login', (request, response) => {
    const next = ownPath(request.query['next'], paths.root);
    if (request.session.adminUser) response.redirect(next);
    else response.send(page({ next }));
  });

  router.post('/login', express.urlencoded({ extended: false, limit: '10kb' }), async (request, response) => {
    const { username, password, next } = readForm(request, paths.root);
    const address = request.ip ?? '';
    if (!throttle.allows(address, username)) {
      logger.warn({ username, address }, 'too many failed logins to the admin');
      const error = 'Too many failed logins. Try again in a minute.';
      response.status(429).set('Retry-After', '60').send(page({ next, username, error }));
      return;
    }
    const administrator = await verifyAdministrator(database, username, password);
    if (!administrator) {
      throttle.failed(address, username);
      logger.warn({ username, address }, 'a login to the admin failed');
      response.status(401).send(page({ next, username, error: 'The username or the password is wrong.' }));
      return;
    }
    throttle.succeeded(address, username);
    // A session id from before the login may be known to somebody else.
    await promisify(request.session.regenerate.bind(request.session))();
    request.session.adminUser = { id: administrator.id, email: administrator.username };
    await promisify(request.session.save.bind(request.session))();
    logger.info({ username: administrator.username, address }, 'signed in to the admin');
    response.redirect(303, next);
  });

  router.get('/logout', async (request, response) => {
    await promisify(request.session.destroy.bind(request.session))();
    response.redirect(paths.login);
  });
  return router;
}

/** Sends whoever is not signed in to the login page, as AdminJS's pages expect of its API, too. */
export function requireLogin({ database }: Platform, paths: AdminPaths): RequestHandler {
  return async (request, response, next) => {
    const user = request.session.adminUser;
    if (user && (await isStillThere(user))) {
      next();
      return;
    }
    if (user) await promisify(request.session.destroy.bind(request.session))();
    const isPage = request.method === 'GET' && !request.path.startsWith('/api/');
    const query = isPage ? `?next=${encodeURIComponent(request.originalUrl)}` : '';
    response.redirect(303, `${paths.login}${query}`);
  };

  async function isStillThere({ id }: SignedIn): Promise<boolean> {
    return (await database('administrators').where({ id }).first('id')) !== undefined;
  }
}

function readForm(request: Request, root: string): { username: string; password: string; next: string } {
  const form: Record<string, unknown> = Object(request.body);
  const text = (name: string) => (typeof form[name] === 'string' ? form[name] : '');
  return { username: text('username'), password: text('password'), next: ownPath(form['next'], root) };
}

/** A path of the admin, or its root where it is anything else: a login never leads to another site. */
function ownPath(path: unknown, root: string): string {
  return typeof path === 'string' && path.startsWith(`${root}/`) ? path : root;
}
