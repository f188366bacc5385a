import { hash, verify } from '@node-rs/argon2';
import type { DatabaseOrTransaction } from '../platform/database/connection.ts';

/** Who may sign in to the admin. */
export interface Administrator {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

/** What {@link createAdministrator} is given. */
export interface NewAdministrator {
  /** Letters, digits and `@.+-_`, at most 150, as in Django. Upper and lower case are told apart. */
  readonly username: string;
  /** May be empty. */
  readonly email: string;
  /** Stored as an argon2id hash alone. */
  readonly password: string;
}

/** An administrator of that name is there already; nothing was changed. */
export class AdministratorExistsError extends Error {
  override readonly name = 'AdministratorExistsError';
}

/** The name or the password of a new administrator cannot be used; the message says why. */
export class InvalidAdministratorError extends Error {
  override readonly name = 'InvalidAdministratorError';
}

const MAXIMUM_USERNAME_LENGTH = 150;

const USERNAME = /^[\p{L}\p{N}\p{M}_.@+-]+$/u;

/** More is no safer, and hashing it would only cost time. */
const MAXIMUM_PASSWORD_LENGTH = 1_024;

/** Under this, a password that somebody chooses is called too short (Django's `MinimumLengthValidator`). */
const ADVISED_PASSWORD_LENGTH = 8;

/**
 * Stores a new administrator.
 *
 * Short passwords are accepted here, as `DJANGO_SUPERUSER_PASSWORD` of a deployed service may be one; where
 * somebody types a password, ask {@link passwordWeakness} first.
 *
 * @throws {AdministratorExistsError}
 * @throws {InvalidAdministratorError}
 */
export async function createAdministrator(
  database: DatabaseOrTransaction,
  { username, email, password }: NewAdministrator,
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
  if (password === '') {
    throw new InvalidAdministratorError(`The password of the administrator ${name} must not be empty`);
  }
  if (password.length > MAXIMUM_PASSWORD_LENGTH) {
    throw new InvalidAdministratorError(
      `The password of an administrator may have ${MAXIMUM_PASSWORD_LENGTH} characters; this one has ${password.length}`,
    );
  }
  const [created] = await database<StoredAdministrator>('administrators')
    .insert({ username: name, email: email.trim(), password_hash: await hash(password) })
    .onConflict('username')
    .ignore()
    .returning(['id', 'username', 'email']);
  if (!created) throw new AdministratorExistsError(`There is an administrator named ${name} already`);
  return created;
}

/** What makes a password weak, as a sentence for whoever types it; `undefined` where it will do. */
export function passwordWeakness(password: string, username: string): string | undefined {
  if (password.length < ADVISED_PASSWORD_LENGTH) {
    return `This password is too short. It should have at least ${ADVISED_PASSWORD_LENGTH} characters.`;
  }
  if (/^\d+$/.test(password)) return 'This password has nothing but digits.';
  if (password.toLowerCase().includes(username.trim().toLowerCase())) {
    return 'This password contains the username.';
  }
  return undefined;
}

/** What the password for an unknown name is compared with. */
let unknownHash: Promise<string> | undefined;

/**
 * Answers the administrator whom a name and a password belong to, and notes the time of the login;
 * `undefined` where either is wrong. An unknown name takes as long as a wrong password, so that names cannot
 * be found out by the clock.
 */
export async function verifyAdministrator(
  database: DatabaseOrTransaction,
  username: string,
  password: string,
): Promise<Administrator | undefined> {
  const found = await database<StoredAdministrator>('administrators')
    .where({ username: username.trim() })
    .first(['id', 'username', 'email', 'password_hash']);
  unknownHash ??= hash('no administrator has this password');
  const matches =
    password.length <= MAXIMUM_PASSWORD_LENGTH &&
    (await verify(found?.password_hash ?? (await unknownHash), password));
  if (!found || !matches) return undefined;
  await database<StoredAdministrator>('administrators')
    .where({ id: found.id })
    .update({ last_login: database.raw('clock_timestamp()') });
  return { id: found.id, username: found.username, email: found.email };
}

interface StoredAdministrator {
  id: string;
  username: string;
  email: string;
  password_hash: string;
  last_login: string | null;
}
