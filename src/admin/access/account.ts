import { type Request, type Response, Router } from 'express';
import { AdministratorGoneError, changePassword, signOutEverywhere } from '../administrator-changes.ts';
import { InvalidAdministratorError, verifyAdministrator } from '../administrators.ts';
import type { AccessParts } from '../login.ts';
import { logoutPage } from '../login-page.ts';
import { endSession, startSession } from '../sessions.ts';
import { type AccountPage, accountPage } from './account-page.ts';
import { audited, recordAudit } from './audit.ts';
import { waitInWords } from './login-throttle.ts';
import { forPlainPages, sendPlainPage } from './plain-page.ts';
import { signedIn } from './signed-in.ts';

/** The resource that the audit log names. */
const RESOURCE = 'administrators';

/**
 * What everybody may do with their own account, whatever their role: change the password, sign out here or
 * everywhere. Paths are below the admin's root; `requireLogin` has to be in place.
 */
export function createAccount({ platform, paths, csrf, throttle }: AccessParts): Router {
  const { database } = platform;
  const router = Router();

  router.use(['/account', '/logout'], forPlainPages);
  router.get('/logout', (request, response) => {
    const body = logoutPage({ action: paths.logout, csrfToken: csrf.token(request, response) });
    sendPlainPage(response, { title: 'Sign out', iconPath: paths.icon, body });
  });
  router.post('/logout', async (request, response) => {
    await recordAudit(database, { actor: signedIn(request), action: 'signOut', outcome: 'done' });
    await endSession(request);
    response.redirect(303, paths.login);
  });

  router.get('/account', (request, response) => {
    const done = request.query['done'] === 'password' ? 'The password is changed.' : undefined;
    sendAccount(request, response, { done });
  });

  router.post('/account/sign-out-everywhere', async (request, response) => {
    const actor = signedIn(request);
    const entry = { actor, action: 'signOutEverywhere', resource: RESOURCE, recordIds: [actor.id] };
    await audited(database, entry, (transaction) => signOutEverywhere(transaction, actor.id));
    await endSession(request);
    response.redirect(303, paths.login);
  });

  router.post('/account/password', async (request, response) => {
    const actor = signedIn(request);
    const { current, password, repeated } = readForm(request);
    const entry = { actor, action: 'changePassword', resource: RESOURCE, recordIds: [actor.id] };
    // Somebody who finds an open session must not find out the password by it.
    const throttled = await throttle.attempt({ address: actor.address, username: actor.username });
    if (throttled) {
      const error = `Too many attempts. Try again in ${waitInWords(throttled.waitSeconds)}.`;
      response.set('Retry-After', String(throttled.waitSeconds));
      sendAccount(request, response, { error }, 429);
      return;
    }
    if (!(await verifyAdministrator(database, actor.username, current))) {
      await recordAudit(database, { ...entry, outcome: 'failed', detail: 'wrong current password' });
      sendAccount(request, response, { error: 'The current password is wrong.' }, 400);
      return;
    }
    await throttle.succeeded({ address: actor.address, username: actor.username });
    if (password !== repeated) {
      sendAccount(request, response, { error: 'The two new passwords differ.' }, 400);
      return;
    }
    try {
      const changed = await audited(database, entry, (transaction) =>
        changePassword(transaction, actor.id, password),
      );
      await startSession(request, changed);
    } catch (error) {
      if (!(error instanceof InvalidAdministratorError || error instanceof AdministratorGoneError))
        throw error;
      sendAccount(request, response, { error: error.message }, 400);
      return;
    }
    response.redirect(303, `${paths.account}?done=password`);
  });
  return router;

  function sendAccount(
    request: Request,
    response: Response,
    parts: Pick<AccountPage, 'error' | 'done'>,
    status?: number,
  ): void {
    const body = accountPage({
      administrator: signedIn(request),
      paths,
      csrfToken: csrf.token(request, response),
      ...parts,
    });
    sendPlainPage(response, { title: 'My account', iconPath: paths.icon, body }, status);
  }
}

function readForm(request: Request): { current: string; password: string; repeated: string } {
  const form: Record<string, unknown> = Object(request.body);
  const text = (name: string) => (typeof form[name] === 'string' ? form[name] : '');
  return { current: text('current'), password: text('password'), repeated: text('repeated') };
}
