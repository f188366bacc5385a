import type { RequestHandler } from 'express';

/** Methods that change nothing. */
const SAFE_METHODS = ['GET', 'HEAD'];

/**
 * Lets a request that may change something through only where it comes from the site's own pages: every browser
 * names the origin of a POST. Beside the cookie's `sameSite`, this keeps other sites from acting in the name of
 * whoever is signed in.
 *
 * @param baseUrl where the site is served, as far as the settings know; the request's own host counts as well.
 */
export function requireSameOrigin(baseUrl: string): RequestHandler {
  const { origin: ownOrigin } = new URL(baseUrl);
  return (request, response, next) => {
    const origin = URL.parse(request.get('origin') ?? request.get('referer') ?? '');
    const isOwn = origin !== null && (origin.origin === ownOrigin || origin.host === request.get('host'));
    if (SAFE_METHODS.includes(request.method) || isOwn) next();
    else response.status(403).type('text').send('This request does not come from a page of this site.');
  };
}
