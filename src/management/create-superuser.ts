import input from '@inquirer/input';
import { passwordWeakness } from '../admin/access/passwords.ts';
import {
  AdministratorExistsError,
  createAdministrator,
  findAdministratorByName,
  InvalidAdministratorError,
  type NewAdministrator,
} from '../admin/administrators.ts';
import { CommandError } from '../app-kit/app-command.ts';
import { askForPassword } from './ask-for-password.ts';
import type { CommandContext } from './command-context.ts';

/** Options of `createsuperuser`. */
export interface CreateSuperuserOptions {
  /** False with `--noinput`: the command asks nothing, and the environment has to say everything. */
  readonly input: boolean;
  /** In place of `DJANGO_SUPERUSER_USERNAME`, or of the question. */
  readonly username?: string;
  /** In place of `DJANGO_SUPERUSER_EMAIL`, or of the question. */
  readonly email?: string;
}

/**
 * Creates an administrator who may do everything. A weak password of the environment causes a warning while debugging,
 * and is refused otherwise; who types one is asked for another.
 *
 * @throws {CommandError} if there is one of that name already, as Django does.
 */
export async function createSuperuserCommand(
  { database, settings }: CommandContext,
  options: CreateSuperuserOptions,
): Promise<void> {
  const administrator = options.input
    ? await askForAdministrator(options)
    : administratorOf(process.env, options);
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
function administratorOf(
  environment: NodeJS.ProcessEnv,
  given: Pick<CreateSuperuserOptions, 'username' | 'email'>,
): NewSuperuser {
  const username = given.username ?? environment['DJANGO_SUPERUSER_USERNAME'] ?? '';
  const chosenPassword = environment['DJANGO_SUPERUSER_PASSWORD'] ?? '';
  const missing = [
    ...(username.trim() === '' ? ['DJANGO_SUPERUSER_USERNAME'] : []),
    ...(chosenPassword === '' ? ['DJANGO_SUPERUSER_PASSWORD'] : []),
  ];
  if (missing.length > 0) {
    throw new CommandError(`createsuperuser --noinput needs ${missing.join(' and ')} in the environment`);
  }
  return {
    username,
    email: given.email ?? environment['DJANGO_SUPERUSER_EMAIL'] ?? '',
    password: chosenPassword,
  };
}

async function askForAdministrator(
  given: Pick<CreateSuperuserOptions, 'username' | 'email'>,
): Promise<NewSuperuser> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'createsuperuser asks its questions in a terminal, and this is none; use --noinput with DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD',
    );
  }
  try {
    const username = given.username ?? (await input({ message: 'Username:', required: true }));
    const email = given.email ?? (await input({ message: 'Email address:' }));
    return { username, email, password: await askForPassword({ username, email }) };
  } catch (error) {
    // Ctrl-C at a question.
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new CommandError('Cancelled; nothing was created', { cause: error });
    }
    throw error;
  }
}
