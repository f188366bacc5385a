import type { ActionContext, ResourceOptions } from 'adminjs';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Database } from '../../platform/database/connection.ts';
import { recordAudit } from './audit.ts';
import { refuse } from './refusal.ts';
import { includesRole, isRole, type Role } from './roles.ts';
import { signedIn } from './signed-in.ts';

/** The actions of AdminJS that only read. */
const READING_ACTIONS: ReadonlySet<string> = new Set(['list', 'show', 'search']);

/** The resources that are for superusers alone, by id. */
const SUPERUSER_RESOURCES: ReadonlySet<string> = new Set(['administrators', 'audit-log']);

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The role that an AdminJS action needs. This is the one place that says so: {@link enforceRoles} asks it for every
 * request, {@link guardActions} for what the pages offer. An action that nobody thought of needs an operator.
 */
export function neededRole(resourceId: string, actionName: string): Role {
  if (SUPERUSER_RESOURCES.has(resourceId)) return 'superuser';
  return READING_ACTIONS.has(actionName) ? 'viewer' : 'operator';
}

/**
 * Middleware for a route of the admin: lets those through whose role includes the given one, and answers 403 to
 * others, with a line in the audit log where they wanted to change something. It works behind `requireLogin`, so on
 * any route that `createAdmin` mounts after it:
 *
 *     router.post('/queues/:name/pause', requireRole(database, 'operator'), pauseQueue(context));
 *
 * Routes without it are not open: {@link enforceRoles}, before all of them, wants an operator for whatever is no
 * GET. Who acted is `signedIn(request)`; write it down by `audited`.
 */
export function requireRole(database: Database, needed: Role): RequestHandler {
  return (request, response, next) => allow(database, needed, request, response, next);
}

/**
 * Middleware for everything that is behind the login: AdminJS's pages and actions need what {@link neededRole}
 * says, whichever way they are asked for; every other route needs a viewer to read, and an operator for more.
 */
export function enforceRoles(database: Database): Router {
  const router = Router();
  type Params = { resourceId: string; action?: string };
  const ofAction =
    (fixedAction?: string): RequestHandler<Params> =>
    async (request, response, next) => {
      const { resourceId, action = fixedAction ?? '' } = request.params;
      await allow(database, neededRole(resourceId, action), request, response, next, { resourceId, action });
    };
  router.all('/{api/}resources/:resourceId', ofAction('list'));
  router.all('/{api/}resources/:resourceId/search{/:query}', ofAction('search'));
  router.all('/{api/}resources/:resourceId/actions/:action{/:query}', ofAction());
  router.all('/{api/}resources/:resourceId/records/:recordId/:action', ofAction());
  router.all('/{api/}resources/:resourceId/bulk/:action', ofAction());
  // What the pages of our own ask for, so that the audit log names a refused action as it names one that was done.
  router.post(
    ['/api/queue/tasks/:resourceId/:scope/:action', '/api/apps/:app/:scope/:resourceId/:action'],
    (request: Request<Required<Params>>, response, next) =>
      allow(database, 'operator', request, response, next, request.params),
  );
  router.use((request, response, next) =>
    allow(database, SAFE_METHODS.has(request.method) ? 'viewer' : 'operator', request, response, next),
  );
  return router;
}

/**
 * Gives every action of a resource, AdminJS's own included, the role that it needs, so that pages offer to nobody
 * what they may not do, and AdminJS refuses it by itself as well.
 */
export function guardActions(resourceId: string, options: ResourceOptions): ResourceOptions {
  const actions: NonNullable<ResourceOptions['actions']> = {
    list: {},
    show: {},
    search: {},
    ...options.actions,
  };
  return {
    ...options,
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, action]) => {
        const { isAccessible = true } = action ?? {};
        const isGuarded = (context: ActionContext): boolean => {
          const role: unknown = context.currentAdmin?.['role'];
          if (!isRole(role) || !includesRole(role, neededRole(resourceId, name))) return false;
          return typeof isAccessible === 'function' ? isAccessible(context) : isAccessible;
        };
        return [name, { ...action, isAccessible: isGuarded }];
      }),
    ),
  };
}

async function allow(
  database: Database,
  needed: Role,
  request: Pick<Request, 'session' | 'method' | 'baseUrl' | 'path'>,
  response: Response,
  next: () => void,
  { resourceId, action }: { readonly resourceId?: string; readonly action?: string } = {},
): Promise<void> {
  const actor = signedIn(request);
  if (includesRole(actor.role, needed)) {
    next();
    return;
  }
  if (!SAFE_METHODS.has(request.method)) {
    await recordAudit(database, {
      actor,
      action: action ?? `${request.method} ${request.baseUrl}${request.path}`,
      ...(resourceId === undefined ? {} : { resource: resourceId }),
      outcome: 'refused',
      detail: `needs the role ${needed}, has ${actor.role}`,
    });
  }
  refuse(request, response, 403, `This needs the role ${needed}; yours is ${actor.role}.`);
}
