import { type Request, type RequestHandler, Router } from 'express';
import ipaddr from 'ipaddr.js';
import type { Platform } from '../platform/platform.ts';
import { type AuditActor, recordAudit } from './access/audit.ts';
import type { CsrfProtection } from './access/csrf.ts';
import type { KnownBrowsers } from './access/known-browser.ts';
import { type LoginThrottle, waitInWords } from './access/login-throttle.ts';
import { forPlainPages, sendPlainPage } from './access/plain-page.ts';
import { rememberSignedIn } from './access/signed-in.ts';
import { noteLogin } from './administrator-changes.ts';
import { findAdministrator, findAdministratorByName, verifyAdministrator } from './administrators.ts';
import { type LoginPage, loginPage } from './login-page.ts';
import type { AdminPaths } from './paths.ts';
import { endSession, isSessionOf, startSession } from './sessions.ts';

/** What the login and the account page share. */
export interface AccessParts {
  readonly platform: Platform;
  readonly paths: AdminPaths;
  readonly csrf: CsrfProtection;
  readonly throttle: LoginThrottle;
}

/** The login page and the login; paths below the admin's root. Sessions, forms and cookies have to be read before. */
export function createLogin(
  { platform, paths, csrf, throttle }: AccessParts,
  browsers: KnownBrowsers,
): Router {
  const { database, logger } = platform;
  const router = Router();
  const page = (parts: Omit<LoginPage, 'action'>) => ({
    title: 'Log in',
    iconPath: paths.icon,
    body: loginPage({ action: paths.login, ...parts }),
  });

  router.use('/login', forPlainPages);
  router.get('/login', async (request, response) => {
    const next = ownPath(request.query['next'], paths);
    if (await isSignedIn(platform, request)) response.redirect(next);
    else sendPlainPage(response, page({ next, csrfToken: csrf.token(request, response) }));
  });

  router.post('/login', async (request, response) => {
    const { username, password, next } = readForm(request, paths);
    const address = addressOf(request);
    const again = { next, username, csrfToken: csrf.token(request, response) };
    const known = await findAdministratorByName(database, username);
    const browserId = known && browsers.idOf(request, known.id);
    const throttled = await throttle.attempt({ address, username, browserId });
    if (throttled) {
      // Once, as further attempts must not fill the log.
      if (throttled.isFirst) await noteRefusal(username, address, 'refused', 'too many attempts');
      const error = `Too many attempts to log in. Try again in ${waitInWords(throttled.waitSeconds)}.`;
      response.set('Retry-After', String(throttled.waitSeconds));
      sendPlainPage(response, page({ ...again, error }), 429);
      return;
    }
    const administrator = await verifyAdministrator(database, username, password);
    if (!administrator) {
      await noteRefusal(username, address, 'failed');
      sendPlainPage(response, page({ ...again, error: 'The username or the password is wrong.' }), 401);
      return;
    }
    await throttle.succeeded({ address, username, browserId });
    await database.transaction(async (transaction) => {
      await noteLogin(transaction, administrator.id);
      const actor = { id: administrator.id, username: administrator.username, address };
      await recordAudit(transaction, { actor, action: 'signIn', outcome: 'done' });
    });
    await startSession(request, administrator);
    browsers.remember(response, administrator.id);
    logger.info({ username: administrator.username, address }, 'signed in to the admin');
    response.redirect(303, next);
  });
  return router;

  /** Logs a name only if it exists: what was typed there by mistake may be a password. */
  async function noteRefusal(
    typed: string,
    address: string,
    outcome: 'failed' | 'refused',
    detail?: string,
  ): Promise<void> {
    const known = await findAdministratorByName(database, typed);
    const actor: AuditActor = { id: known?.id, username: known?.username ?? '(unknown)', address };
    await recordAudit(database, { actor, action: 'signIn', outcome, ...(detail ? { detail } : {}) });
    logger.warn({ username: actor.username, address, outcome, detail }, 'a login to the admin was refused');
  }
}

/**
 * Sends requests without a login to the login page, those of the pages' scripts too. Whether a session still
 * counts, and what its administrator may do, is read with every request. After it, `signedIn(request)` returns the
 * administrator.
 */
export function requireLogin(platform: Platform, paths: AdminPaths): RequestHandler {
  return async (request, response, next) => {
    const { start } = request.session;
    const administrator = start && (await findAdministrator(platform.database, start.administratorId));
    if (administrator && isSessionOf(request, administrator)) {
      const { id, username, role } = administrator;
      rememberSignedIn(request, { id, username, email: username, role, address: addressOf(request) });
      next();
      return;
    }
    if (start) await endSession(request);
    const isPage = request.method === 'GET' && !request.path.startsWith('/api/');
    const query = isPage ? `?next=${encodeURIComponent(request.originalUrl)}` : '';
    response.redirect(303, `${paths.login}${query}`);
  };
}

/**
 * Returns whether the session of a request still counts: for responses that last long, such as a stream of events,
 * and have to stop when the administrator is signed out.
 */
export async function isSignedIn(
  { database }: Pick<Platform, 'database'>,
  request: Request,
): Promise<boolean> {
  const { start } = request.session;
  const administrator = start && (await findAdministrator(database, start.administratorId));
  return administrator !== undefined && isSessionOf(request, administrator);
}

/** Where a request comes from, as far as the trusted proxies tell; an IPv4 address as people write it. */
export function addressOf({ ip = '' }: Pick<Request, 'ip'>): string {
  return ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : ip;
}

function readForm(request: Request, paths: AdminPaths): { username: string; password: string; next: string } {
  const form: Record<string, unknown> = Object(request.body);
  const text = (name: string) => (typeof form[name] === 'string' ? form[name] : '');
  return { username: text('username'), password: text('password'), next: ownPath(form['next'], paths) };
}

/** A path of the admin, or its root where it is anything else: a login never leads to another site. */
function ownPath(path: unknown, { root, logout }: AdminPaths): string {
  return typeof path === 'string' && path.startsWith(`${root}/`) && !path.startsWith(logout) ? path : root;
}
