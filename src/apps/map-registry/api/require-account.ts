import type { Request, RequestHandler, Response } from 'express';
import type { Account, Accounts } from '../../../app-kit/accounts.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';

/** The header `WWW-Authenticate` (RFC 7617). */
const CHALLENGE = 'Basic realm="map-registry", charset="UTF-8"';

/**
 * Returns the account of a request.
 *
 * @throws {HttpError} 401, with the header `WWW-Authenticate` set, where it names none or its password is wrong; 403 and 429 as
 * {@link Accounts.identify} has it.
 */
export async function accountOf(accounts: Accounts, request: Request, response: Response): Promise<Account> {
  try {
    const account = await accounts.identify(request);
    if (account) return account;
    throw new HttpError(401, 'This needs the name and the password of an administrator (HTTP Basic).');
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) response.set('WWW-Authenticate', CHALLENGE);
    throw error;
  }
}

/**
 * Returns the account of a request that may change something.
 *
 * @throws {HttpError} 403 where it may not; otherwise as {@link accountOf}.
 */
export async function operatorOf(accounts: Accounts, request: Request, response: Response): Promise<Account> {
  const account = await accountOf(accounts, request, response);
  if (!account.mayOperate) throw new HttpError(403, 'This needs an administrator who is an operator.');
  return account;
}

/** Lets requests through that an administrator makes, whatever their role. */
export function requireAccount(accounts: Accounts): RequestHandler {
  return async (request, response, next) => {
    await accountOf(accounts, request, response);
    next();
  };
}

/** Lets requests through that an operator makes, or somebody above, and logs who. */
export function requireOperator(accounts: Accounts): RequestHandler {
  return async (request, response, next) => {
    const { username } = await operatorOf(accounts, request, response);
    requestLogger(request).info({ username, method: request.method }, 'an operator calls the API');
    next();
  };
}
