import { hash, verify } from '@node-rs/argon2';
import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../platform/database/connection.ts';
import { MAXIMUM_PASSWORD_LENGTH } from './access/passwords.ts';
import type { Role } from './access/roles.ts';

/** Who may sign in to the admin. */
export interface Administrator {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  /** Sessions of an earlier generation are over. */
  readonly sessionGeneration: number;
}

/** What {@link createAdministrator} is given. */
export interface NewAdministrator {
  /** Letters, digits and `@.+-_`, at most 150, as in Django. Upper and lower case are different. */
  readonly username: string;
  /** May be empty. */
  readonly email: string;
  /** Stored as an argon2id hash alone. */
  readonly password: string;
  readonly role: Role;
}

/** An administrator of that name is there already; nothing was changed. */
export class AdministratorExistsError extends Error {
  override readonly name = 'AdministratorExistsError';
}

/** The name, the e-mail address or the password of an administrator cannot be used; the message says why. */
export class InvalidAdministratorError extends Error {
  override readonly name = 'InvalidAdministratorError';
}

const MAXIMUM_USERNAME_LENGTH = 150;

const USERNAME = /^[\p{L}\p{N}\p{M}_.@+-]+$/u;

/** As in Django. */
const MAXIMUM_EMAIL_LENGTH = 254;

/**
 * Stores a new administrator.
 *
 * Weak passwords are accepted here, as `DJANGO_SUPERUSER_PASSWORD` of a deployed service may be one; where somebody
 * chooses a password, ask `passwordWeakness` first.
 *
 * @throws {AdministratorExistsError}
 * @throws {InvalidAdministratorError}
 */
export async function createAdministrator(
  database: DatabaseOrTransaction,
  { username, email, password, role }: NewAdministrator,
): Promise<Administrator> {
  const name = username.trim();
  if (name === '') throw new InvalidAdministratorError('The username of an administrator must not be empty');
  if (name.length > MAXIMUM_USERNAME_LENGTH) {
    throw new InvalidAdministratorError(
      `The username of an administrator may have ${MAXIMUM_USERNAME_LENGTH} characters; this one has ${name.length}`,
    );
  }
  if (!USERNAME.test(name)) {
    throw new InvalidAdministratorError(
      'The username of an administrator may have letters, digits and the characters @ . + - _ alone',
    );
  }
  const address = email.trim();
  if (address.length > MAXIMUM_EMAIL_LENGTH) {
    throw new InvalidAdministratorError(
      `The e-mail address of an administrator may have ${MAXIMUM_EMAIL_LENGTH} characters; this one has ${address.length}`,
    );
  }
  const [created] = await database<StoredAdministrator>('admin.administrators')
    .insert({ username: name, email: address, role, password_hash: await hashPassword(password, name) })
    .onConflict('username')
    .ignore()
    .returning([...COLUMNS]);
  if (!created) throw new AdministratorExistsError(`There is an administrator named ${name} already`);
  return toAdministrator(created);
}

/**
 * The hash to store for a password.
 *
 * @param username for the message.
 * @throws {InvalidAdministratorError} if it is empty, or too long to be hashed in reasonable time.
 */
export async function hashPassword(password: string, username: string): Promise<string> {
  if (password === '') {
    throw new InvalidAdministratorError(`The password of the administrator ${username} must not be empty`);
  }
  if (password.length > MAXIMUM_PASSWORD_LENGTH) {
    throw new InvalidAdministratorError(
      `The password of an administrator may have ${MAXIMUM_PASSWORD_LENGTH} characters; this one has ${password.length}`,
    );
  }
  return hash(password);
}

/** What the password for an unknown name is compared with. */
let unknownHash: Promise<string> | undefined;

/**
 * Returns the administrator whom a name and a password belong to; `undefined` if either is wrong, or the
 * administrator is disabled. Each case takes as long as a wrong password, so that the time does not reveal which
 * names exist.
 */
export async function verifyAdministrator(
  database: DatabaseOrTransaction,
  username: string,
  password: string,
): Promise<Administrator | undefined> {
  unknownHash ??= hash('no administrator has this password');
  const [otherHash, found] = await Promise.all([
    unknownHash,
    database<StoredAdministrator>('admin.administrators')
      .where({ username: username.trim() })
      .first(...COLUMNS, 'password_hash'),
  ]);
  // No password has that length, and hashing it would take longer.
  const tried = password.slice(0, MAXIMUM_PASSWORD_LENGTH);
  const matches = (await verify(found?.password_hash ?? otherHash, tried)) && tried === password;
  return found && matches && !found.disabled ? toAdministrator(found) : undefined;
}

/** The administrator of an id; `undefined` if they are gone. */
export async function findAdministrator(
  database: DatabaseOrTransaction,
  id: string,
): Promise<Administrator | undefined> {
  const found = await database<StoredAdministrator>('admin.administrators')
    .where({ id })
    .first(...COLUMNS);
  return found && toAdministrator(found);
}

/** The administrators of some ids; those who are gone are left out. */
export async function findAdministrators(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<readonly Administrator[]> {
  const found = await database<StoredAdministrator>('admin.administrators')
    .whereIn('id', ids)
    .select(...COLUMNS);
  return found.map(toAdministrator);
}

/** The administrator of a name, whether or not they may sign in. */
export async function findAdministratorByName(
  database: DatabaseOrTransaction,
  username: string,
): Promise<Administrator | undefined> {
  const found = await database<StoredAdministrator>('admin.administrators')
    .where({ username: username.trim() })
    .first(...COLUMNS);
  return found && toAdministrator(found);
}

/** Changes columns of an administrator; returns the administrator after that, `undefined` if there is none. */
export async function updateAdministrator(
  database: DatabaseOrTransaction,
  id: string,
  values: { readonly [Column in keyof StoredAdministrator]?: StoredAdministrator[Column] | Knex.Raw },
): Promise<Administrator | undefined> {
  const [updated] = await database('admin.administrators')
    .where({ id })
    .update(values)
    .returning<Pick<StoredAdministrator, (typeof COLUMNS)[number]>[]>([...COLUMNS]);
  return updated && toAdministrator(updated);
}

const COLUMNS = ['id', 'username', 'email', 'role', 'disabled', 'session_generation'] as const;

/** A row of the table. */
interface StoredAdministrator {
  id: string;
  username: string;
  email: string;
  role: Role;
  disabled: boolean;
  session_generation: number;
  password_hash: string;
  last_login: string | null;
}

function toAdministrator(stored: Pick<StoredAdministrator, (typeof COLUMNS)[number]>): Administrator {
  const { id, username, email, role, disabled, session_generation } = stored;
  return { id, username, email, role, isDisabled: disabled, sessionGeneration: session_generation };
}
