import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet, { contentSecurityPolicy } from 'helmet';

/** How long a browser remembers that this site is to be had by https alone. */
const HTTPS_ONLY_SECONDS = 180 * 24 * 60 * 60;

const nonces = new WeakMap<ServerResponse, string>();

/** The mark of this response's own inline scripts and styles; no other response has it. */
export function cspNonce(response: ServerResponse): string {
  const known = nonces.get(response) ?? randomBytes(16).toString('base64');
  nonces.set(response, known);
  return known;
}

/** What a browser may do with any page of the admin: nothing in it comes from other hosts, or goes to them. */
const EVERYWHERE = {
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
} as const;

/**
 * The headers of AdminJS's pages, and of all responses that have no others. A script runs if it is a file of the site or
 * has the response's nonce. Styles may be in a page, as AdminJS's libraries write theirs with scripts, some of
 * them without a way to give them a nonce.
 *
 * @param isHttps whether browsers come by https, and are to use nothing else from then on.
 */
export function securityHeaders(isHttps: boolean): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", (_request, response) => `'nonce-${cspNonce(response)}'`],
          scriptSrcAttr: ["'none'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'", 'data:'],
          ...EVERYWHERE,
        },
      },
      frameguard: { action: 'deny' },
      // Without a referrer, browsers call the origin of a form `null`, which matches no site.
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: isHttps ? { maxAge: HTTPS_ONLY_SECONDS, includeSubDomains: false } : false,
    }),
    (_request, response, next) => {
      // Who presses "back" after the sign-out sees nothing. Files that hold no data say otherwise.
      response.set('Cache-Control', 'no-store');
      next();
    },
  ];
}

/** The policy of a plain page of ours instead: no scripts at all, and the styles that carry the nonce. */
export const plainPagePolicy = contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: [(_request, response) => `'nonce-${cspNonce(response)}'`],
    imgSrc: ["'self'"],
    ...EVERYWHERE,
  },
});
