import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
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
