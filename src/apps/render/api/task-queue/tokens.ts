import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { RenderSettings } from '../../settings.ts';
import { TaskQueueError } from './task-queue-error.ts';

/** What a client may do: insert tasks, or work on them. */
export type ClientRole = 'producer' | 'consumer';

type Tokens = Pick<RenderSettings['pullQueues'], 'producerTokens' | 'consumerTokens'>;

/**
 * Lets requests through that have a token of one of some roles, as `Authorization: Bearer …` or as `key=`.
 *
 * @param isDebug whether requests need no token where none is configured.
 */
export function requireToken(
  { producerTokens = [], consumerTokens = [] }: Tokens,
  isDebug: boolean,
): (...roles: readonly ClientRole[]) => RequestHandler {
  const digests = { producer: producerTokens.map(digest), consumer: consumerTokens.map(digest) };
  const isConfigured = producerTokens.length + consumerTokens.length > 0;
  return (...roles) =>
    (request, response, next) => {
      if (!isConfigured && isDebug) return next();
      const token = tokenOf(request);
      if (token === undefined) {
        response.set('WWW-Authenticate', 'Bearer');
        throw new TaskQueueError(401, isConfigured ? 'A token is required.' : 'No tokens are configured.');
      }
      const held = digest(token);
      const has = (role: ClientRole) => digests[role].some((known) => timingSafeEqual(known, held));
      if (roles.some(has)) return next();
      if (has('producer') || has('consumer'))
        throw new TaskQueueError(403, 'This token does not allow that.');
      response.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      throw new TaskQueueError(401, 'The token is unknown.');
    };
}

function tokenOf(request: Pick<Request, 'get' | 'query'>): string | undefined {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(request.get('authorization') ?? '')?.[1];
  const { key } = request.query;
  return bearer ?? (typeof key === 'string' && key !== '' ? key : undefined);
}

/** Digests are of one length, so that comparing them takes the same time whatever they are. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
