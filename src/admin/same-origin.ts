import type { Request, RequestHandler } from 'express';

/** Methods that change nothing. */
const SAFE_METHODS = ['GET', 'HEAD'];

/**
 * Lets a request that may change something through only if it comes from the site's own pages: every browser
 * names the origin of a POST. In addition to the cookie's `sameSite`, this keeps other sites from acting in the name
 * of a signed-in administrator.
 *
 * @param baseUrl where the site is served, as far as the settings know; the request's own host counts as well.
 */
export function requireSameOrigin(baseUrl: string): RequestHandler {
  return (request, response, next) => {
    const isNamed = request.get('origin') !== undefined || request.get('referer') !== undefined;
    if (SAFE_METHODS.includes(request.method) || (isNamed && isOfSameOrigin(request, baseUrl))) next();
    else response.status(403).type('text').send('This request does not come from a page of this site.');
  };
}

/** Returns whether the page that a request names is one of this site. A request that names none is from no browser. */
export function isOfSameOrigin(request: Pick<Request, 'get'>, baseUrl: string): boolean {
  const named = request.get('origin') ?? request.get('referer');
  if (named === undefined) return true;
  const page = URL.parse(named);
  return page !== null && (page.origin === new URL(baseUrl).origin || page.host === request.get('host'));
}
