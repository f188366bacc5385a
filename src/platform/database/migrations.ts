import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import type { Logger } from '../logging.ts';
import type { Database, DatabaseOrTransaction } from './connection.ts';

/** Each floor and each app that has tables keeps its migrations in the folder of its name. */
const ROOT = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Where knex notes which migrations have run. Named everywhere: the search path may begin with a schema of ours. */
const SCHEMA = 'platform';
const TABLE = 'migrations';

/** How often {@link waitForMigrations} looks. */
const MIGRATION_POLL_SECONDS = 1;

/** The database was migrated by another version, which has migrations that this one does not know. */
export class UnknownMigrationsError extends Error {
  override readonly name = 'UnknownMigrationsError';
}

/** The role lacks a right that the migrations need. */
export class MissingRightsError extends Error {
  override readonly name = 'MissingRightsError';
}

interface MigrationFile {
  readonly folder: string;
  readonly file: string;
}

/**
 * The configuration of knex for the migrations of these floors and apps. They run in the order of their files' names,
 * whichever folder they are in. A migration is noted as `folder/file`. A name without a folder has no migrations.
 *
 * Migrations of an app that is not installed any more may have run; knex would take that for a fault.
 */
export function migrationFolders(names: readonly string[]): Knex.MigratorConfig {
  return {
    schemaName: SCHEMA,
    tableName: TABLE,
    migrationSource: new MigrationFolders(names),
    disableMigrationsListValidation: true,
  };
}

/**
 * Runs every migration of these folders that has not run yet: all of them, or none where one fails. Returns their
 * names.
 *
 * @throws {MissingRightsError} before anything is changed.
 */
export async function migrate(database: Database, folders: readonly string[]): Promise<string[]> {
  if ((await pendingMigrations(database, folders)).length === 0) return [];
  await checkRights(database);
  return database.transaction(async (transaction) => {
    await createBookkeepingSchema(transaction);
    const [, done] = (await transaction.migrate.latest(migrationFolders(folders))) as [number, string[]];
    return done;
  });
}

/** Postgres wants this right also where the schemas exist. */
async function checkRights(database: Database): Promise<void> {
  const { rows } = await database.raw<{ rows: { may: boolean; role: string; name: string }[] }>(
    `SELECT has_database_privilege(current_database(), 'CREATE') AS may, current_user AS role, current_database() AS name`,
  );
  for (const { may, role, name } of rows) {
    if (may) continue;
    throw new MissingRightsError(
      `the role ${role} may not create schemas in the database ${name}. Nothing was changed. Its owner can allow it: GRANT CREATE ON DATABASE "${name}" TO "${role}"`,
    );
  }
}

/**
 * Takes back every migration of these folders, newest first; returns their names. All their data is gone afterwards.
 *
 * @throws {UnknownMigrationsError} if one of these folders lacks a migration that has run. Nothing is taken back.
 */
export async function rollback(database: Database, folders: readonly string[]): Promise<string[]> {
  await createBookkeepingSchema(database);
  const config = migrationFolders(folders);
  await refuseUnknownMigrations(database, folders);
  const [, undone] = (await database.migrate.rollback(config, true)) as [number, string[]];
  if ((await completedMigrations(database)).length === 0) {
    await database.raw('DROP SCHEMA ?? CASCADE', [SCHEMA]);
  }
  return undone;
}

/** The names of the migrations of these folders that have not run on this database yet. */
export async function pendingMigrations(database: Database, folders: readonly string[]): Promise<string[]> {
  const [files, completed] = await Promise.all([migrationFiles(folders), completedMigrations(database)]);
  return files.map(nameOf).filter((name) => !completed.includes(name));
}

/** Waits until no migration is pending, for as long as that takes, and says in the log that it waits. */
export async function waitForMigrations(
  database: Database,
  folders: readonly string[],
  logger: Logger,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    const pending = await pendingMigrations(database, folders);
    if (pending.length === 0) return;
    logger.warn({ pending }, 'waiting for migrations: run `node dist/manage.js migrate`');
    await sleep(MIGRATION_POLL_SECONDS * 1_000, undefined, signal ? { signal } : {});
  }
}

/**
 * The migrations are TypeScript wherever they run (Node strips the types), so that a migration has the same
 * name in a checkout and in the image, and the table of those done needs no rewriting.
 */
class MigrationFolders implements Knex.MigrationSource<MigrationFile> {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  getMigrations(): Promise<MigrationFile[]> {
    return migrationFiles(this.#names);
  }

  getMigrationName(migration: MigrationFile): string {
    return nameOf(migration);
  }

  getMigration(migration: MigrationFile): Promise<Knex.Migration> {
    return import(join(ROOT, nameOf(migration)));
  }
}

async function migrationFiles(folders: readonly string[]): Promise<MigrationFile[]> {
  const files = await Promise.all(folders.map(filesOfFolder));
  return files.flat().toSorted((one, other) => (one.file < other.file ? -1 : Number(one.file > other.file)));
}

async function filesOfFolder(folder: string): Promise<MigrationFile[]> {
  const directory = join(ROOT, folder);
  if (!existsSync(directory)) return [];
  const files = await readdir(directory);
  return files.filter((file) => file.endsWith('.ts')).map((file) => ({ folder, file }));
}

function nameOf({ folder, file }: MigrationFile): string {
  return `${folder}/${file}`;
}

/** knex makes its tables, but not their schema. */
async function createBookkeepingSchema(database: DatabaseOrTransaction): Promise<void> {
  await database.raw('CREATE SCHEMA IF NOT EXISTS ??', [SCHEMA]);
}

/** Those of all folders, also of apps that are not installed; reading them writes nothing. */
async function completedMigrations(database: Database): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { exists: boolean }[] }>(
    'SELECT to_regclass(?) IS NOT NULL AS exists',
    [`${SCHEMA}.${TABLE}`],
  );
  return rows[0]?.exists ? database(`${SCHEMA}.${TABLE}`).pluck('name') : [];
}

async function refuseUnknownMigrations(database: Database, folders: readonly string[]): Promise<void> {
  const known = (await migrationFiles(folders)).map(nameOf);
  const unknown = (await completedMigrations(database)).filter(
    (name) => folders.some((folder) => name.startsWith(`${folder}/`)) && !known.includes(name),
  );
  if (unknown.length === 0) return;
  throw new UnknownMigrationsError(
    `this version does not know ${unknown.join(', ')}; use the version that ran it`,
  );
}
