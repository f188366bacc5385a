import {
  AdministratorExistsError,
  createAdministrator,
  verifyAdministrator,
} from '../admin/administrators.ts';
import { createCacheTable } from '../platform/cache/index.ts';
import { type Database, openDatabase } from '../platform/database/connection.ts';
import { migrate } from '../platform/database/migrations.ts';
import { PRODUCT_NAME, PRODUCT_SLUG } from '../platform/product.ts';
import type { PlatformSettings } from '../platform/settings.ts';

/** The database cannot be used; the message says why. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}

/** Who may sign in after {@link setUpDatabase}. */
export interface SetUpDatabase {
  readonly username: string;
  /** Whether the given password opens the admin: an administrator of that name may be there with another. */
  readonly isPasswordValid: boolean;
  /** The migrations that ran just now. */
  readonly migrations: readonly string[];
}

/**
 * Migrates, creates the cache's table where the cache is in Postgres, and creates an administrator.
 *
 * @param migrated the folders of migrations to run.
 * @throws {DatabaseSetupError} if Postgres does not respond: a person who starts this by hand should know at once;
 *   and where the tables are of a version before the first release.
 */
export async function setUpDatabase(
  settings: Pick<PlatformSettings, 'databaseUrl' | 'cache'>,
  migrated: readonly string[],
  administrator: { readonly username: string; readonly email: string; readonly password: string },
): Promise<SetUpDatabase> {
  const database = openDatabase(settings.databaseUrl, {
    applicationName: `${PRODUCT_SLUG} standalone`,
    maximumConnections: 2,
  });
  try {
    await database.raw('SELECT 1').catch((error: unknown) => {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      throw new DatabaseSetupError(`The Postgres of DATABASE_URL does not answer: ${reason}`);
    });
    await refuseEarlyTables(database);
    const migrations = await migrate(database, migrated);
    if (settings.cache.kind === 'database') await createCacheTable(database, settings.cache.table);
    const { username, password } = administrator;
    try {
      await createAdministrator(database, { ...administrator, role: 'superuser' });
      return { username, isPasswordValid: true, migrations };
    } catch (error) {
      if (!(error instanceof AdministratorExistsError)) throw error;
      const known = await verifyAdministrator(database, username, password);
      return { username, isPasswordValid: known !== undefined, migrations };
    }
  } finally {
    await database.destroy();
  }
}

/** @throws {DatabaseSetupError} if a version made the tables that had all of them in one schema. */
async function refuseEarlyTables(database: Database): Promise<void> {
  const { rows } = await database.raw<{ rows: readonly { isEarly: boolean }[] }>(
    `SELECT to_regclass('public.migrations') IS NOT NULL AND to_regclass('public.tasks') IS NOT NULL AS "isEarly"`,
  );
  if (!rows[0]?.isEarly) return;
  throw new DatabaseSetupError(
    `A version of ${PRODUCT_NAME} before the first release made the tables of this database, and this version cannot read them. Begin with an empty database: remove the folder postgres in the data folder, or name another database in DATABASE_URL`,
  );
}
