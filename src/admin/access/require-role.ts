import { type Request, type Response, Router } from 'express';
import type { Database } from '../../platform/database/connection.ts';
import { ADMINISTRATORS, AUDIT_LOG } from '../people/people-resources.ts';
import { PEOPLE_ROOT } from '../people/people-root.ts';
import { recordAudit } from './audit.ts';
import { refuse } from './refusal.ts';
import { includesRole, type Role } from './roles.ts';
import { signedIn } from './signed-in.ts';

/** The lists that are for superusers alone, by id. */
const SUPERUSER_RESOURCES: ReadonlySet<string> = new Set([ADMINISTRATORS, AUDIT_LOG]);

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The role that somebody needs to see a list and its records. */
export function neededRole(resourceId: string): Role {
  return SUPERUSER_RESOURCES.has(resourceId) ? 'superuser' : 'viewer';
}

/**
 * Middleware for everything that is behind the login: what is about people needs a superuser; every other route needs a
 * viewer to read, and an operator for more. Others get 403, with a line in the audit log if they wanted to
 * change something. `signedIn(request)` is the administrator who acts.
 */
export function enforceRoles(database: Database): Router {
  const router = Router();
  const allow = (
    needed: Role,
    request: Request,
    response: Response,
    next: () => void,
    subject: Subject = {},
  ) => check(database, needed, request, response, next, subject);
  // The audit log names a refused action as it names one that was done.
  router.post(`${PEOPLE_ROOT}/:resourceId`, (request, response, next) =>
    allow('superuser', request, response, next, { ...request.params, action: 'create' }),
  );
  router.post(`${PEOPLE_ROOT}/:resourceId/:recordId/:action`, (request, response, next) =>
    allow('superuser', request, response, next, request.params),
  );
  router.use(PEOPLE_ROOT, (request, response, next) => allow('superuser', request, response, next));
  router.post(
    ['/api/queue/tasks/:resourceId/:scope/:action', '/api/apps/:app/:scope/:resourceId/:action'],
    (request, response, next) => allow('operator', request, response, next, request.params),
  );
  router.use((request, response, next) =>
    allow(SAFE_METHODS.has(request.method) ? 'viewer' : 'operator', request, response, next),
  );
  return router;
}

interface Subject {
  readonly resourceId?: string | undefined;
  readonly action?: string | undefined;
}

async function check(
  database: Database,
  needed: Role,
  request: Pick<Request, 'session' | 'method' | 'baseUrl' | 'path'>,
  response: Response,
  next: () => void,
  { resourceId, action }: Subject,
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
