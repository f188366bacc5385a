import type { RequestHandler } from 'express';

/**
 * Responds to the methods that a path does not have with 405, and to `OPTIONS` with 204; both name those that it has.
 * It comes last in a route: `router.route(path).get(…).all(refuseOtherMethods('GET', 'HEAD'))`.
 */
export function refuseOtherMethods(...methods: readonly string[]): RequestHandler {
  const allowed = [...methods, 'OPTIONS'].join(', ');
  return (request, response) => {
    response.set('Allow', allowed);
    if (request.method === 'OPTIONS') response.status(204).end();
    else response.status(405).json({ detail: `Method "${request.method}" not allowed.` });
  };
}
