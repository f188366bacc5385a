import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Platform } from '../platform.ts';
import { HttpError } from './http-error.ts';

/** Tokens that callers may have. Only digests of them are kept. */
export class TokenSet {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digest);
  }

  /** Compares in a time that does not tell how much of a token is right. */
  has(token: string): boolean {
    const held = digest(token);
    return this.#digests.some((known) => timingSafeEqual(known, held));
  }
}

/** The token of `Authorization: Bearer` (RFC 6750); `undefined` if there is none. */
export function bearerTokenOf(request: Pick<Request, 'get'>): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.get('authorization') ?? '')?.[1];
}

/**
 * Lets requests through that have one of the tokens; all, if `tokens` is `undefined`.
 *
 * @param refusal makes the error of the others from a sentence. Its status has to be 401.
 */
export function requireToken(
  tokens: readonly string[] | undefined,
  refusal: (message: string) => Error = (message) => new HttpError(401, message),
): RequestHandler {
  const known = new TokenSet(tokens ?? []);
  return (request, response, next) => {
    if (tokens === undefined) return next();
    const token = bearerTokenOf(request);
    if (token !== undefined && known.has(token)) return next();
    response.set('WWW-Authenticate', token === undefined ? 'Bearer' : 'Bearer error="invalid_token"');
    throw refusal(token === undefined ? 'A token is required.' : 'The token is unknown.');
  };
}

/**
 * Logs a warning if an API needs no token, and other machines can reach the server.
 *
 * @param what what callers can do then, and the variable of the tokens.
 */
export function warnWithoutToken(
  { settings, logger }: Platform,
  tokens: readonly string[] | undefined,
  what: { readonly effect: string; readonly variable: string },
): void {
  const { address } = settings.web;
  const isLocal = address !== undefined && ipaddr.process(address).range() === 'loopback';
  if (tokens !== undefined || isLocal) return;
  logger.warn({ address }, `${what.effect}: set ${what.variable}, or WEB_SERVER_ADDRESS to 127.0.0.1`);
}

/** Digests are of one length, so that comparing them takes the same time whatever they are. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
