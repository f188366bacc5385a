import { adminPath } from './paths.ts';
import { readDateHeader } from './server-clock.ts';
import { readSiteState } from './site-state.ts';

/** The admin refused a request, or could not be reached; the message is for people. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError';
  /** The HTTP status; 0 without a response. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The token without which the server does nothing: it is in a cookie that only this site can read. */
export function csrfToken(): string {
  const [, value = ''] = /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie) ?? [];
  return decodeURIComponent(value);
}

/**
 * Asks the admin to do something: a POST of JSON with the token.
 *
 * @param path below the admin's root: `/api/apps/render/actions/sheets/redo`.
 * @returns the JSON of the response.
 * @throws {AdminCallError} with what the server says.
 */
export function callAdmin<Answer>(path: string, body: object): Promise<Answer> {
  return ask<Answer>(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-xsrf-token': csrfToken() },
  });
}

/** Reads JSON from the admin. @throws {AdminCallError} */
export function readAdmin<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, { headers: { accept: 'application/json' }, signal });
}

async function ask<Answer>(path: string, options: RequestInit): Promise<Answer> {
  const sentMilliseconds = Date.now();
  let response: Response;
  try {
    response = await fetch(adminPath(path), { credentials: 'same-origin', ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new AdminCallError('The server cannot be reached right now.', 0);
  }
  readDateHeader(response.headers, sentMilliseconds);
  if (response.redirected && new URL(response.url).pathname === readSiteState().paths.loginPath) {
    // The session is over: the administrator comes back here after the login.
    const here = `${window.location.pathname}${window.location.search}`;
    window.location.assign(`${readSiteState().paths.loginPath}?next=${encodeURIComponent(here)}`);
    throw new AdminCallError('You are signed out.', 401);
  }
  const text = await response.text();
  if (!response.ok) throw new AdminCallError(faultOf(text, response.status), response.status);
  return JSON.parse(text);
}

function faultOf(text: string, status: number): string {
  try {
    const { detail }: { detail?: unknown } = JSON.parse(text);
    if (typeof detail === 'string') return detail;
  } catch {
    // No JSON: said by a proxy, perhaps.
  }
  return `The server returned status ${status}.`;
}

/** What went wrong, in words: what the server said, or where to look. */
export function describeFault(error: unknown): string {
  return error instanceof AdminCallError ? error.message : 'That did not work. See the log of the server.';
}
