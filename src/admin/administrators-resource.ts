import type { ActionContext, ResourceOptions } from 'adminjs';
import type { Knex } from 'knex';
import type { AdminResource } from '../app-kit/admin/resource.ts';
import type { Database } from '../platform/database/connection.ts';
import { audited } from './access/audit.ts';
import { MINIMUM_PASSWORD_LENGTH, passwordWeakness } from './access/passwords.ts';
import { isRole, ROLES, type Role } from './access/roles.ts';
import { actingAdministrator } from './access/signed-in.ts';
import {
  AdministratorGoneError,
  changePassword,
  changeRole,
  deleteAdministrator,
  disableAdministrator,
  enableAdministrator,
  LastSuperuserError,
  signOutEverywhere,
} from './administrator-changes.ts';
import {
  AdministratorExistsError,
  createAdministrator,
  InvalidAdministratorError,
} from './administrators.ts';
import { type Form, type FormField, type FormValues, formAction } from './form-action.ts';

/** Who may sign in, as superusers see it; never their password hashes. */
export const administratorsResource: AdminResource = {
  id: 'administrators',
  label: 'Administrators',
  group: 'Site',
  table: 'admin.administrators',
  newestBy: 'created',
  title: 'username',
  columns: [
    { name: 'id', label: 'Id', kind: 'id' },
    { name: 'username', label: 'Username', kind: 'text', listed: true, filter: true },
    { name: 'email', label: 'E-mail', kind: 'text', listed: true },
    { name: 'role', label: 'Role', kind: 'status', values: ROLES, listed: true },
    {
      name: 'state',
      label: 'State',
      kind: 'status',
      sql: "CASE WHEN disabled THEN 'disabled' ELSE 'enabled' END",
      values: ['enabled', 'disabled'],
      listed: true,
    },
    { name: 'created', label: 'Created', kind: 'timestamp', listed: true },
    { name: 'last_login', label: 'Last login', kind: 'timestamp', listed: true },
  ],
};

const ROLE: FormField = {
  name: 'role',
  label: 'Role',
  type: 'select',
  values: ROLES,
  hint: 'A viewer looks; an operator acts on tasks and submissions; a superuser does everything, people included.',
};

const PASSWORD: FormField = {
  name: 'password',
  label: 'Password',
  type: 'password',
  isRequired: true,
  hint: `At least ${MINIMUM_PASSWORD_LENGTH} characters, and not a common one.`,
};

const EXPECTED_ERRORS = [
  AdministratorExistsError,
  AdministratorGoneError,
  InvalidAdministratorError,
  LastSuperuserError,
];

/** What superusers can do about people: each in a transaction with its line in the audit log. */
export function administratorActions(database: Database): NonNullable<ResourceOptions['actions']> {
  /** An action of one administrator. */
  const ofOne = (
    parts: Pick<Form, 'icon' | 'label'> & Partial<Omit<Form, 'submit'>>,
    done: string,
    operation: (transaction: Knex.Transaction, id: string, values: FormValues) => Promise<unknown>,
    detail: (values: FormValues) => string | undefined = () => undefined,
  ) =>
    formAction('record', {
      variant: 'primary',
      fields: [],
      ...parts,
      expectedErrors: EXPECTED_ERRORS,
      async submit(values, context) {
        const { record, action } = context;
        if (!record) throw new Error('AdminJS calls the action of a record without one');
        const id = record.id();
        const said = detail(values);
        await audited(
          database,
          {
            ...entryOf(context, action.name),
            recordIds: [id],
            ...(said === undefined ? {} : { detail: said }),
          },
          (transaction) => operation(transaction, id, values),
        );
        return `${record.title()}: ${done}`;
      },
    });

  return {
    new: formAction('resource', {
      icon: 'UserPlus',
      variant: 'primary',
      label: 'Create',
      fields: [
        { name: 'username', label: 'Username', type: 'text', isRequired: true },
        { name: 'email', label: 'E-mail', type: 'email' },
        ROLE,
        PASSWORD,
      ],
      expectedErrors: EXPECTED_ERRORS,
      async submit(values, context) {
        const role = roleOf(values);
        const { username } = await audited(
          database,
          entryOf(context, 'create'),
          (transaction) => createWithGoodPassword(transaction, values, role),
          ({ id, username: created }) => ({ recordIds: [id], detail: `${created}: ${role}` }),
        );
        return `Created ${username}`;
      },
    }),
    changeRole: ofOne(
      { icon: 'Shield', label: 'Change role', fields: [ROLE] },
      'role changed',
      (transaction, id, values) => changeRole(transaction, id, roleOf(values)),
      roleOf,
    ),
    resetPassword: ofOne(
      {
        icon: 'Key',
        label: 'Set password',
        explanation: 'Their sessions end. Your own password is changed under "My account".',
        fields: [PASSWORD],
        isOffered: ({ record, currentAdmin }) => record?.id() !== currentAdmin?.id,
      },
      'password set',
      (transaction, id, values) => changePassword(transaction, id, values('password')),
    ),
    disable: ofOne(
      {
        icon: 'UserX',
        label: 'Disable',
        variant: 'danger',
        explanation: 'They are signed out everywhere, and cannot sign in until they are enabled again.',
        isOffered: (context) => stateOf(context) === 'enabled',
      },
      'disabled',
      disableAdministrator,
    ),
    enable: ofOne(
      {
        icon: 'UserCheck',
        label: 'Enable',
        explanation: 'They can sign in again, with the password that they had.',
        isOffered: (context) => stateOf(context) === 'disabled',
      },
      'enabled',
      enableAdministrator,
    ),
    signOutEverywhere: ofOne(
      { icon: 'LogOut', label: 'Sign out everywhere', explanation: 'All their sessions end at once.' },
      'signed out everywhere',
      signOutEverywhere,
    ),
    delete: ofOne(
      {
        icon: 'Trash2',
        label: 'Delete',
        variant: 'danger',
        explanation: 'They are gone for good. What they did stays in the audit log.',
      },
      'deleted',
      deleteAdministrator,
    ),
  };
}

async function createWithGoodPassword(transaction: Knex.Transaction, values: FormValues, role: Role) {
  const administrator = {
    username: values('username'),
    email: values('email'),
    password: values('password'),
    role,
  };
  const weakness = await passwordWeakness(administrator.password, administrator);
  if (weakness !== undefined) throw new InvalidAdministratorError(weakness);
  return createAdministrator(transaction, administrator);
}

function entryOf({ currentAdmin }: ActionContext, action: string) {
  return { actor: actingAdministrator(currentAdmin), action, resource: administratorsResource.id };
}

function roleOf(values: FormValues): Role {
  const role = values('role');
  if (!isRole(role)) throw new InvalidAdministratorError(`The role has to be one of ${ROLES.join(', ')}.`);
  return role;
}

function stateOf({ record }: ActionContext): unknown {
  return record?.get('state');
}
