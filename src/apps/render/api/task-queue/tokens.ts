import type { Request, RequestHandler } from 'express';
import { bearerTokenOf, TokenSet } from '../../../../platform/http/bearer-tokens.ts';
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
  const known = { producer: new TokenSet(producerTokens), consumer: new TokenSet(consumerTokens) };
  const isConfigured = producerTokens.length + consumerTokens.length > 0;
  return (...roles) =>
    (request, response, next) => {
      if (!isConfigured && isDebug) return next();
      const token = tokenOf(request);
      if (token === undefined) {
        response.set('WWW-Authenticate', 'Bearer');
        throw new TaskQueueError(401, isConfigured ? 'A token is required.' : 'No tokens are configured.');
      }
      const has = (role: ClientRole) => known[role].has(token);
      if (roles.some(has)) return next();
      if (has('producer') || has('consumer'))
        throw new TaskQueueError(403, 'This token does not allow that.');
      response.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      throw new TaskQueueError(401, 'The token is unknown.');
    };
}

function tokenOf(request: Pick<Request, 'get' | 'query'>): string | undefined {
  const { key } = request.query;
  return bearerTokenOf(request) ?? (typeof key === 'string' && key !== '' ? key : undefined);
}
