import input from '@inquirer/input';
import password from '@inquirer/password';
import { type PasswordOwner, passwordWeakness } from '../admin/access/passwords.ts';
import {
  AdministratorExistsError,
  createAdministrator,
  findAdministratorByName,
  InvalidAdministratorError,
  type NewAdministrator,
} from '../admin/administrators.ts';
import { CommandError } from '../app-kit/app-command.ts';
import type { CommandContext } from './command-context.ts';

/** Options of `createsuperuser`. */
export interface CreateSuperuserOptions {
  /** False with `--noinput`: nobody is asked, and the environment has to say everything. */
  readonly input: boolean;
}

/**
 * Creates an administrator who may do everything. A weak password of the environment causes a warning while debugging,
 * and is refused otherwise; who types one is asked for another.
 *
 * @throws {CommandError} where there is one of that name already, as Django does.
 */
export async function createSuperuserCommand(
  { database, settings }: CommandContext,
  options: CreateSuperuserOptions,
): Promise<void> {
  const administrator = options.input ? await askForAdministrator() : administratorOf(process.env);
  const weakness = await passwordWeakness(administrator.password, administrator);
  try {
    if (
      weakness !== undefined &&
      !settings.debug &&
      !(await findAdministratorByName(database, administrator.username))
    )
      throw new CommandError(`${weakness} Set another DJANGO_SUPERUSER_PASSWORD.`);
    const { username } = await createAdministrator(database, { ...administrator, role: 'superuser' });
    process.stdout.write(`Administrator ${username} created.\n`);
    if (weakness !== undefined) {
      process.stderr.write(`${weakness} Change it in the admin, under "My account".\n`);
    }
  } catch (error) {
    if (error instanceof AdministratorExistsError || error instanceof InvalidAdministratorError) {
      throw new CommandError(error.message, { cause: error });
    }
    throw error;
  }
}

type NewSuperuser = Omit<NewAdministrator, 'role'>;

/** What `DJANGO_SUPERUSER_*` says. @throws {CommandError} that names what is missing. */
function administratorOf(environment: NodeJS.ProcessEnv): NewSuperuser {
  const username = environment['DJANGO_SUPERUSER_USERNAME'] ?? '';
  const chosenPassword = environment['DJANGO_SUPERUSER_PASSWORD'] ?? '';
  const missing = [
    ...(username.trim() === '' ? ['DJANGO_SUPERUSER_USERNAME'] : []),
    ...(chosenPassword === '' ? ['DJANGO_SUPERUSER_PASSWORD'] : []),
  ];
  if (missing.length > 0) {
    throw new CommandError(`createsuperuser --noinput needs ${missing.join(' and ')} in the environment`);
  }
  return { username, email: environment['DJANGO_SUPERUSER_EMAIL'] ?? '', password: chosenPassword };
}

async function askForAdministrator(): Promise<NewSuperuser> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'createsuperuser asks its questions in a terminal, and this is none; use --noinput with DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD',
    );
  }
  try {
    const username = await input({ message: 'Username:', required: true });
    const email = await input({ message: 'Email address:' });
    return { username, email, password: await askForPassword({ username, email }) };
  } catch (error) {
    // Ctrl-C at a question.
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new CommandError('Cancelled; nothing was created', { cause: error });
    }
    throw error;
  }
}

async function askForPassword(owner: PasswordOwner): Promise<string> {
  for (;;) {
    const first = await password({ message: 'Password:' });
    const weakness = await passwordWeakness(first, owner);
    if (weakness !== undefined) process.stdout.write(`${weakness}\n`);
    else if ((await password({ message: 'Password (again):' })) === first) return first;
    else process.stdout.write('The two passwords differ.\n');
  }
}
