import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../platform/database/connection.ts';
import { passwordWeakness } from './access/passwords.ts';
import type { Role } from './access/roles.ts';
import {
  type Administrator,
  findAdministrator,
  hashPassword,
  InvalidAdministratorError,
  updateAdministrator,
} from './administrators.ts';

/** This is the last administrator who can manage the others; nothing was changed. */
export class LastSuperuserError extends Error {
  override readonly name = 'LastSuperuserError';
}

/** The administrator is not there any more. */
export class AdministratorGoneError extends Error {
  override readonly name = 'AdministratorGoneError';
}

/** Gives an administrator another role. It holds from their next request on. @throws {LastSuperuserError} {@link AdministratorGoneError} */
export async function changeRole(transaction: Knex.Transaction, id: string, role: Role): Promise<void> {
  if (role !== 'superuser') await keepASuperuser(transaction, id);
  await change(transaction, id, { role });
}

/** Keeps an administrator from signing in, and ends all their sessions. @throws {LastSuperuserError} {@link AdministratorGoneError} */
export async function disableAdministrator(transaction: Knex.Transaction, id: string): Promise<void> {
  await keepASuperuser(transaction, id);
  await change(transaction, id, { disabled: true, session_generation: nextGeneration(transaction) });
}

/** Lets a disabled administrator sign in again. @throws {AdministratorGoneError} */
export async function enableAdministrator(database: DatabaseOrTransaction, id: string): Promise<void> {
  await change(database, id, { disabled: false });
}

/** Removes an administrator, and with them their sessions. @throws {LastSuperuserError} {@link AdministratorGoneError} */
export async function deleteAdministrator(transaction: Knex.Transaction, id: string): Promise<void> {
  await keepASuperuser(transaction, id);
  const count = await transaction('admin.administrators').where({ id }).delete();
  if (count === 0) throw gone();
}

/** Ends all sessions of an administrator, on every machine, at once. @throws {AdministratorGoneError} */
export async function signOutEverywhere(database: DatabaseOrTransaction, id: string): Promise<void> {
  await change(database, id, { session_generation: nextGeneration(database) });
}

/**
 * Gives an administrator another password, and ends all their sessions.
 *
 * @throws {InvalidAdministratorError} if the password is too weak; the message says why.
 * @throws {AdministratorGoneError}
 */
export async function changePassword(
  database: DatabaseOrTransaction,
  id: string,
  password: string,
): Promise<Administrator> {
  const administrator = await findAdministrator(database, id);
  if (!administrator) throw gone();
  const weakness = await passwordWeakness(password, administrator);
  if (weakness !== undefined) throw new InvalidAdministratorError(weakness);
  const password_hash = await hashPassword(password, administrator.username);
  return change(database, id, { password_hash, session_generation: nextGeneration(database) });
}

/** Notes the time of a login. */
export async function noteLogin(database: DatabaseOrTransaction, id: string): Promise<void> {
  await change(database, id, { last_login: database.raw('clock_timestamp()') });
}

async function change(
  database: DatabaseOrTransaction,
  id: string,
  values: Parameters<typeof updateAdministrator>[2],
): Promise<Administrator> {
  const changed = await updateAdministrator(database, id, values);
  if (!changed) throw gone();
  return changed;
}

function nextGeneration(database: DatabaseOrTransaction): Knex.Raw {
  return database.raw('session_generation + 1');
}

/** Locks those who can do everything, so that of two who are removed at once one is the last. */
async function keepASuperuser(transaction: Knex.Transaction, id: string): Promise<void> {
  const superusers: { id: string }[] = await transaction('admin.administrators')
    .where({ role: 'superuser', disabled: false })
    .orderBy('id')
    .forUpdate()
    .select('id');
  if (superusers.length === 1 && superusers[0]?.id === id) {
    throw new LastSuperuserError(
      'This is the last superuser who can sign in. Make another administrator a superuser first.',
    );
  }
}

function gone(): AdministratorGoneError {
  return new AdministratorGoneError('This administrator no longer exists.');
}
