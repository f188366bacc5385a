import { changePassword } from '../admin/administrator-changes.ts';
import { findAdministratorByName } from '../admin/administrators.ts';
import { CommandError } from '../app-kit/app-command.ts';
import { askForPassword } from './ask-for-password.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Asks for a new password of an administrator in a terminal, stores it, and ends all their sessions.
 *
 * @throws {CommandError} if there is no administrator of that name, or no terminal.
 */
export async function changePasswordCommand({ database }: CommandContext, username: string): Promise<void> {
  const administrator = await findAdministratorByName(database, username);
  if (!administrator) throw new CommandError(`There is no administrator named ${username}`);
  if (!process.stdin.isTTY) {
    throw new CommandError('changepassword asks for the new password in a terminal, and this is none');
  }
  try {
    await changePassword(database, administrator.id, await askForPassword(administrator));
  } catch (error) {
    // Ctrl-C at a question.
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new CommandError('Cancelled; nothing was changed', { cause: error });
    }
    throw error;
  }
  process.stdout.write(`The password of ${administrator.username} was changed.\n`);
}
