import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import { HttpError } from '../../../platform/http/http-error.ts';
import type { Platform } from '../../../platform/platform.ts';

/** Lets requests through that have one of the tokens as `Authorization: Bearer`; all, where there are no tokens. */
export function requireToken(tokens: readonly string[] | undefined): RequestHandler {
  const digests = (tokens ?? []).map(digest);
  return (request, response, next) => {
    if (tokens === undefined) return next();
    const token = /^Bearer\s+(\S+)\s*$/i.exec(request.get('authorization') ?? '')?.[1];
    const held = token === undefined ? undefined : digest(token);
    if (held && digests.some((known) => timingSafeEqual(known, held))) return next();
    response.set('WWW-Authenticate', held ? 'Bearer error="invalid_token"' : 'Bearer');
    throw new HttpError(401, held ? 'The token is unknown.' : 'A token is required.');
  };
}

/** Warns where items can be pushed without a token, from other machines. */
export function warnWithoutToken(
  { settings, logger }: Platform,
  tokens: readonly string[] | undefined,
): void {
  const { address } = settings.web;
  const isLocal = address !== undefined && ipaddr.process(address).range() === 'loopback';
  if (tokens !== undefined || isLocal) return;
  logger.warn(
    { address },
    'the API of the view server lets every caller push items: set VIEW_SERVER_TOKENS, or WEB_SERVER_ADDRESS to 127.0.0.1',
  );
}

/** Digests are of one length, so that comparing them takes the same time whatever they are. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
