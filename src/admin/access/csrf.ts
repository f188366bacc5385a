import { hkdfSync } from 'node:crypto';
import cookieParser from 'cookie-parser';
import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';
import { PRODUCT_SLUG } from '../../platform/product.ts';
import type { PlatformSettings } from '../../platform/settings.ts';

/** The cookie and the header of the token, as axios names them. */
const CSRF_COOKIE = 'XSRF-TOKEN';
const CSRF_HEADER = 'X-XSRF-TOKEN';

/** The hidden field of a plain form. */
export const CSRF_FIELD = 'csrf_token';

/** Protection against requests that other sites make in the name of a signed-in administrator. */
export interface CsrfProtection {
  /**
   * Reads cookies, hands out the token with every page, and refuses whatever is no GET and does not send it back,
   * as the header or as the field. Sessions and the bodies of forms have to be in place.
   */
  readonly middleware: readonly RequestHandler[];
  /** The token for a form on a page. */
  readonly token: (request: Request, response: Response) => string;
}

/**
 * A signed double submit: the token is in a cookie that the site's own scripts can read, and is bound to the
 * session by the secret key, so that a token of another session, or of the time before the login, is not valid.
 */
export function createCsrfProtection(
  { secretKey, web }: Pick<PlatformSettings, 'secretKey' | 'web'>,
  path: string,
): CsrfProtection {
  const secret = Buffer.from(hkdfSync('sha256', secretKey, '', `${PRODUCT_SLUG} admin csrf`, 32)).toString(
    'base64',
  );
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => secret,
    getSessionIdentifier: ({ session, sessionID }) => (session.start ? sessionID : 'nobody is signed in'),
    cookieName: CSRF_COOKIE,
    cookieOptions: { path, httpOnly: false, sameSite: 'lax', secure: web.baseUrl.startsWith('https:') },
    getCsrfTokenFromRequest: (request) => {
      const form: Record<string, unknown> = Object(request.body);
      const field = form[CSRF_FIELD];
      return request.get(CSRF_HEADER) ?? (typeof field === 'string' ? field : undefined);
    },
    errorConfig: {
      statusCode: 403,
      message:
        'This page is out of date, or the request does not come from it. Reload the page and try again.',
    },
  });
  const handOut: RequestHandler = (request, response, next) => {
    const isPage = request.method === 'GET' && !/^\/(api|frontend)\//.test(request.path);
    if (isPage) generateCsrfToken(request, response);
    next();
  };
  return { middleware: [cookieParser(), doubleCsrfProtection, handOut], token: generateCsrfToken };
}
