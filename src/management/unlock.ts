import { LoginThrottle } from '../admin/access/login-throttle.ts';
import { findAdministratorByName } from '../admin/administrators.ts';
import { CommandError } from '../app-kit/app-command.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Forgets the failed logins of an administrator, who may then try again at once.
 *
 * @throws {CommandError} if there is no administrator of that name.
 */
export async function unlockCommand({ database }: CommandContext, username: string): Promise<void> {
  const administrator = await findAdministratorByName(database, username);
  if (!administrator) throw new CommandError(`There is no administrator named ${username}`);
  await new LoginThrottle(database).unlock(administrator.username);
  process.stdout.write(`${administrator.username} may log in again.\n`);
}
