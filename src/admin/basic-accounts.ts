import type { Request } from 'express';
import type { Account, Accounts } from '../app-kit/accounts.ts';
import { HttpError } from '../platform/http/http-error.ts';
import type { Platform } from '../platform/platform.ts';
import { recordAudit } from './access/audit.ts';
import { LoginThrottle, waitInWords } from './access/login-throttle.ts';
import { includesRole } from './access/roles.ts';
import { Turns } from './access/turns.ts';
import { findAdministratorByName, verifyAdministrator } from './administrators.ts';
import { addressOf } from './login.ts';
import { isOfSameOrigin } from './same-origin.ts';

/**
 * Lets administrators use the APIs of apps, by HTTP Basic. Attempts are counted together with those to log in. `identify`
 * rejects with an `HttpError`: 403 for a request of another site, 401 for wrong credentials, 429 after too many attempts.
 */
export function openAccounts({ database, logger, settings }: Platform): Accounts {
  const throttle = new LoginThrottle(database);
  const turns = new Turns();
  return {
    async identify(request): Promise<Account | undefined> {
      const given = credentialsOf(request);
      if (!given) return undefined;
      // Browsers keep a password and send it with each request, also with one that another site has them make.
      if (!isOfSameOrigin(request, settings.web.baseUrl)) {
        throw new HttpError(403, 'This request does not come from a page of this site.');
      }
      const attempt = { address: addressOf(request), username: given.username };
      // A program makes several requests at a time, and each counts as an attempt until its password was found right.
      return turns.take(`${attempt.address} ${attempt.username}`, () => verify(attempt, given.password));
    },
  };

  async function verify(attempt: Attempt, password: string): Promise<Account> {
    const throttled = await throttle.attempt(attempt);
    if (throttled) {
      if (throttled.isFirst) await noteRefusal(attempt, 'refused', 'too many attempts');
      throw new HttpError(
        429,
        `Too many attempts to log in. Try again in ${waitInWords(throttled.waitSeconds)}.`,
      );
    }
    const administrator = await verifyAdministrator(database, attempt.username, password);
    if (!administrator) {
      await noteRefusal(attempt, 'failed');
      throw new HttpError(401, 'The username or the password is wrong.');
    }
    await throttle.succeeded(attempt);
    const { username, role } = administrator;
    return { username, mayOperate: includesRole(role, 'operator') };
  }

  /** Names only who is an administrator: what was typed as a name may be a password. */
  async function noteRefusal(
    { address, username }: Attempt,
    outcome: 'failed' | 'refused',
    detail?: string,
  ): Promise<void> {
    const known = await findAdministratorByName(database, username);
    const actor = { id: known?.id, username: known?.username ?? '(unknown)', address };
    await recordAudit(database, { actor, action: 'signIn', outcome, ...(detail ? { detail } : {}) });
    logger.warn({ username: actor.username, address, outcome, detail }, 'a login to an API was refused');
  }
}

/** Who tries, and from where. */
interface Attempt {
  readonly address: string;
  /** As it was sent. */
  readonly username: string;
}

/** The name and the password of `Authorization: Basic` (RFC 7617); `undefined` if there is none. */
function credentialsOf(
  request: Pick<Request, 'get'>,
): { readonly username: string; readonly password: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/_-]+=*)\s*$/i.exec(request.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes('\0')) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
