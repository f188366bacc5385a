import { CommandError } from '../app-kit/app-command.ts';
import { loadInstalledApps } from '../installation.ts';
import { migrationFoldersOf } from '../migration-folders.ts';
import { migrate, rollback } from '../platform/database/migrations.ts';
import { errorMessage } from '../platform/error-message.ts';
import { PRODUCT_SLUG } from '../platform/product.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Brings the database up to date, or with `zero` takes back everything of the platform and the installed apps, and
 * prints what it did. If several run at once (containers that start together), they run one after the other.
 *
 * @throws {CommandError} if a migration fails, or the target is not `zero`.
 */
export async function migrateCommand({ database }: CommandContext, target?: string): Promise<void> {
  if (target !== undefined && target !== 'zero') {
    throw new CommandError(`migrate goes to the newest state, or to "zero"; "${target}" is neither`);
  }
  const folders = migrationFoldersOf(loadInstalledApps());
  await database.transaction(async (transaction) => {
    await transaction.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [`${PRODUCT_SLUG} migrate`]);
    const names = await (target === 'zero' ? rollback : migrate)(database, folders).catch(explain);
    const [verb, nothing] =
      target === 'zero' ? ['Took back', 'No migration had run.'] : ['Ran', 'No migrations to run.'];
    process.stdout.write(
      names.length === 0 ? `${nothing}\n` : names.map((name) => `${verb} ${name}\n`).join(''),
    );
  });
}

function explain(error: unknown): never {
  const hint =
    error instanceof Error && error.name === 'MigrationLocked'
      ? '. If no other migration runs, one was killed: free the lock with `npx knex migrate:unlock`'
      : '';
  throw new CommandError(`The migrations failed: ${errorMessage(error)}${hint}`, { cause: error });
}
