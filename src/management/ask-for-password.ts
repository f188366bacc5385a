import password from '@inquirer/password';
import { type PasswordOwner, passwordWeakness } from '../admin/access/passwords.ts';

/** Asks for a new password in a terminal, twice, until it is strong enough. @throws {ExitPromptError} after Ctrl-C. */
export async function askForPassword(owner: PasswordOwner): Promise<string> {
  for (;;) {
    const first = await password({ message: 'Password:' });
    const weakness = await passwordWeakness(first, owner);
    if (weakness !== undefined) process.stdout.write(`${weakness}\n`);
    else if ((await password({ message: 'Password (again):' })) === first) return first;
    else process.stdout.write('The two passwords differ.\n');
  }
}
