import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

type Asking = Pick<Request, 'get' | 'ip'>;

/** Returns whether a request comes from this machine, as far as trusted proxies tell. */
export function isFromLoopback({ ip = '' }: Pick<Request, 'ip'>): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
}

/** Returns whether a request has a token as `Authorization: Bearer`; without a token, none has it. */
export function hasToken(request: Pick<Request, 'get'>, token: string | undefined): boolean {
  return token !== undefined && isSame(request.get('authorization') ?? '', `Bearer ${token}`);
}

/** Returns whether details for operators may be shown: to those with the token, and on this machine. */
export function isOperator(request: Asking, token: string | undefined): boolean {
  return hasToken(request, token) || isFromLoopback(request);
}

/** Compares in a time that does not tell where two texts differ. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
