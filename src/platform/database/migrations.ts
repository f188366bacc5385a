import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import type { Logger } from '../logging.ts';
import type { Database } from './connection.ts';

/**
 * The migrations are TypeScript wherever they run (Node strips the types), so that a migration has the same
 * name in a checkout and in the image, and the table of those done needs no rewriting.
 */
export const MIGRATIONS: Knex.MigratorConfig = {
  directory: fileURLToPath(new URL('../../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
  tableName: 'migrations',
};

/** How often {@link waitForMigrations} looks. */
const MIGRATION_POLL_SECONDS = 1;

/** Runs every migration that has not run yet; answers their names. */
export async function migrate(database: Database): Promise<string[]> {
  const [, done] = (await database.migrate.latest(MIGRATIONS)) as [number, string[]];
  return done;
}

/** Takes back every migration, newest first; answers their names. All data is gone afterwards. */
export async function rollback(database: Database): Promise<string[]> {
  const [, undone] = (await database.migrate.rollback(MIGRATIONS, true)) as [number, string[]];
  return undone;
}

/** The names of the migrations that have not run on this database yet. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const [, pending] = (await database.migrate.list(MIGRATIONS)) as [unknown, { file: string }[]];
  return pending.map(({ file }) => file);
}

/** Waits until no migration is pending, for as long as that takes, and says in the log that it waits. */
export async function waitForMigrations(
  database: Database,
  logger: Logger,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    const pending = await pendingMigrations(database);
    if (pending.length === 0) return;
    logger.warn({ pending }, 'waiting for migrations: run `node dist/manage.js migrate`');
    await sleep(MIGRATION_POLL_SECONDS * 1_000, undefined, signal ? { signal } : {});
  }
}
