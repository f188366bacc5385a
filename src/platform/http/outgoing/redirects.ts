import type { Response } from 'undici';

/** Redirects that are followed before they count as leading nowhere. */
export const MAXIMUM_REDIRECTS = 20;

const REDIRECT_STATUSES = [301, 302, 303, 307, 308];

/** Why a redirect is not followed. */
export type RedirectFault =
  | { readonly kind: 'loop'; readonly target: URL }
  | { readonly kind: 'scheme'; readonly from: URL; readonly location: string }
  | { readonly kind: 'too many' };

/** Redirects lead nowhere. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError';
  readonly fault: RedirectFault;

  constructor(fault: RedirectFault) {
    super(`The redirects lead nowhere (${fault.kind})`);
    this.fault = fault;
  }
}

/** Whether a URL is one that can be requested. */
export function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/**
 * Sends a GET, and follows redirects over `http:` and `https:`. Every URL on the way is a request of its own, which the
 * client's guard checks. A user and password in a URL stay for redirects to the same origin; no other one may see them.
 *
 * @param send sends the request for one URL, by `OutgoingClient.fetch`.
 * @param maximumRedirects that are followed.
 * @returns the last response.
 * @throws {RedirectError}
 */
export async function followRedirects(
  first: URL,
  send: (url: URL) => Promise<Response>,
  maximumRedirects = MAXIMUM_REDIRECTS,
): Promise<Response> {
  let url = first;
  const seen = new Set<string>();
  for (;;) {
    const response = await send(url);
    const location = response.headers.get('location');
    if (!REDIRECT_STATUSES.includes(response.status) || location === null) return response;
    await response.body?.cancel();
    seen.add(url.href);
    const target = URL.parse(location, url.href);
    if (!target || !isHttp(target)) throw new RedirectError({ kind: 'scheme', from: url, location });
    if (seen.has(target.href)) throw new RedirectError({ kind: 'loop', target });
    if (seen.size > maximumRedirects) throw new RedirectError({ kind: 'too many' });
    if (target.origin === url.origin && target.username === '' && target.password === '') {
      target.username = url.username;
      target.password = url.password;
    }
    url = target;
  }
}
