import { type Response, Router } from 'express';
import type { Knex } from 'knex';
import { asText, textOf } from '../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import { type AuditEntry, audited } from '../access/audit.ts';
import { passwordWeakness } from '../access/passwords.ts';
import { isRole, ROLES, type Role } from '../access/roles.ts';
import { signedIn } from '../access/signed-in.ts';
import {
  AdministratorGoneError,
  changePassword,
  changeRole,
  deleteAdministrator,
  disableAdministrator,
  enableAdministrator,
  LastSuperuserError,
  signOutEverywhere,
} from '../administrator-changes.ts';
import {
  type Administrator,
  AdministratorExistsError,
  createAdministrator,
  InvalidAdministratorError,
} from '../administrators.ts';
import { readStorableJson } from '../storable-requests.ts';
import { listAdministrators, readAdministrator } from './administrators-list.ts';
import { listAudit, readAuditChoices } from './audit-list.ts';
import { ADMINISTRATORS } from './people-resources.ts';
import { PEOPLE_ROOT } from './people-root.ts';

/** What a superuser typed; fields that are missing are empty. */
type Typed = (name: string) => string;

interface PersonAction {
  /** As in "otto: role changed". */
  readonly done: string;
  readonly run: (transaction: Knex.Transaction, id: string, typed: Typed) => Promise<unknown>;
  /** What the audit log keeps beside the name of the action. */
  readonly detail?: (typed: Typed) => string;
  /** Whether administrators cannot do it to themselves. */
  readonly isForOthers?: boolean;
}

const ACTIONS: ReadonlyMap<string, PersonAction> = new Map<string, PersonAction>([
  [
    'changeRole',
    {
      done: 'role changed',
      run: (transaction, id, typed) => changeRole(transaction, id, roleOf(typed)),
      detail: roleOf,
    },
  ],
  [
    'resetPassword',
    {
      done: 'password set',
      run: (transaction, id, typed) => changePassword(transaction, id, typed('password')),
      isForOthers: true,
    },
  ],
  ['disable', { done: 'disabled', run: disableAdministrator }],
  ['enable', { done: 'enabled', run: enableAdministrator }],
  ['signOutEverywhere', { done: 'signed out everywhere', run: signOutEverywhere }],
  ['delete', { done: 'deleted', run: deleteAdministrator }],
]);

/**
 * What the pages of people read, and what superusers do there, each with its line in the audit log:
 *
 *     GET  /administrators, /administrators/{id}, /audit-log, /audit-log/choices
 *     POST /administrators                     {"username", "email", "role", "password"}
 *     POST /administrators/{id}/{action}       {"role"} or {"password"}, where the action needs it
 */
export function createPeopleRoutes({ platform: { database } }: AppContext): Router {
  const router = Router();

  router.get('/administrators', async (request, response) => {
    response.json(await listAdministrators(database, textOf(request, 'page')));
  });

  router.get('/administrators/:id', async (request, response) => {
    const found = await readAdministrator(database, request.params.id);
    if (found) response.json(found);
    else response.status(404).json({ detail: 'There is no such administrator.' });
  });

  router.get('/audit-log/choices', async (_request, response) => {
    response.json(await readAuditChoices(database));
  });

  router.get('/audit-log', async (request, response) => {
    const filter = {
      username: textOf(request, 'username'),
      action: textOf(request, 'action'),
      resource: textOf(request, 'resource'),
      outcome: textOf(request, 'outcome'),
      from: textOf(request, 'from'),
      to: textOf(request, 'to'),
    };
    response.json(await listAudit(database, filter, textOf(request, 'page')));
  });

  router.post('/administrators', readStorableJson(), async (request, response) => {
    const typed = readTyped(request.body);
    await answered(response, async () => {
      const role = roleOf(typed);
      const { id, username } = await audited(
        database,
        { actor: signedIn(request), action: 'create', resource: ADMINISTRATORS },
        (transaction) => createWithGoodPassword(transaction, typed, role),
        (created) => ({ recordIds: [created.id], detail: `${created.username}: ${role}` }),
      );
      return { id, message: `Created ${username}` };
    });
  });

  router.post('/administrators/:id/:action', readStorableJson(), async (request, response) => {
    const { id, action } = request.params;
    const known = ACTIONS.get(action);
    const administrator = await readAdministrator(database, id);
    if (!known) {
      response.status(404).json({ detail: 'There is no such action.' });
      return;
    }
    const typed = readTyped(request.body);
    await answered(response, async () => {
      if (!administrator) throw new AdministratorGoneError('This administrator no longer exists.');
      if (known.isForOthers && id === signedIn(request).id) {
        throw new InvalidAdministratorError('Change your own password under "My account".');
      }
      const entry: Omit<AuditEntry, 'outcome'> = {
        actor: signedIn(request),
        action,
        resource: ADMINISTRATORS,
        recordIds: [id],
        ...(known.detail ? { detail: known.detail(typed) } : {}),
      };
      await audited(database, entry, (transaction) => known.run(transaction, id, typed));
      return { id, message: `${administrator.username}: ${known.done}` };
    });
  });
  return Router().use(PEOPLE_ROOT, router);
}

const EXPECTED_ERRORS = [
  AdministratorExistsError,
  AdministratorGoneError,
  InvalidAdministratorError,
  LastSuperuserError,
];

/** Sends what was done, or why it could not be done. */
async function answered(response: Response, work: () => Promise<object>): Promise<void> {
  try {
    response.json(await work());
  } catch (error) {
    if (!(error instanceof Error) || !EXPECTED_ERRORS.some((expected) => error instanceof expected))
      throw error;
    response.status(409).json({ detail: error.message });
  }
}

async function createWithGoodPassword(
  transaction: Knex.Transaction,
  typed: Typed,
  role: Role,
): Promise<Administrator> {
  const administrator = {
    username: typed('username'),
    email: typed('email'),
    password: typed('password'),
    role,
  };
  const weakness = await passwordWeakness(administrator.password, administrator);
  if (weakness !== undefined) throw new InvalidAdministratorError(weakness);
  return createAdministrator(transaction, administrator);
}

/** Passwords are taken as they are, with all white space. */
function readTyped(body: unknown): Typed {
  const sent: Record<string, unknown> = Object(body);
  return (name) => {
    const value = sent[name];
    if (name === 'password') return typeof value === 'string' ? value : '';
    return asText(value) ?? '';
  };
}

function roleOf(typed: Typed): Role {
  const role = typed('role');
  if (!isRole(role)) throw new InvalidAdministratorError(`The role has to be one of ${ROLES.join(', ')}.`);
  return role;
}
