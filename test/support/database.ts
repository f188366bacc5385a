import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type Database, openDatabase } from '../../src/platform/database/connection.ts';
import { migrate } from '../../src/platform/database/migrations.ts';
import { captureLog } from './captured-log.ts';

/** All folders of migrations: the tests' databases have the tables of every app. */
export const MIGRATED: readonly string[] = readdirSync(new URL('../../migrations', import.meta.url));

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes the pool and drops the database, with whatever still uses it. */
  drop(): Promise<void>;
}

/** A database of the Postgres that serves the whole run: it has all tables, and is copied by the tests. */
const TEMPLATE = 'template_migrated';

/**
 * Has the test databases of this process, and of those that it starts from now on, made in a Postgres. The tables
 * are made once: a copy takes a fraction of the time that the migrations take.
 */
export async function makeTestDatabasesIn(serverUrl: string): Promise<void> {
  const { logger } = captureLog();
  const options = { applicationName: 'test', maximumConnections: 1, logger };
  const server = openDatabase(serverUrl, options);
  await server.raw('CREATE DATABASE ??', [TEMPLATE]);
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  const template = openDatabase(url.href, options);
  await migrate(template, MIGRATED);
  await template.destroy();
  process.env['TEST_DATABASE_URL'] = serverUrl;
}

/**
 * Creates an empty database; with `migrated` (the default) it has all tables. Without a `serverUrl` it is in the
 * Postgres that serves the whole run, and a copy of its template.
 */
export async function createTestDatabase({
  migrated = true,
  serverUrl,
  silenceTimeoutSeconds,
}: {
  migrated?: boolean;
  serverUrl?: string;
  /** How long a connection may be silent: for tests that kill their Postgres. */
  silenceTimeoutSeconds?: number;
} = {}): Promise<TestDatabase> {
  const url = new URL(serverUrl ?? process.env['TEST_DATABASE_URL'] ?? '');
  const isCopied = migrated && serverUrl === undefined;
  // A test that takes Postgres away would fill the output with what knex says of it.
  const { logger } = captureLog();
  const server = openDatabase(url.href, { applicationName: 'test', maximumConnections: 1, logger });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await (isCopied
    ? server.raw('CREATE DATABASE ?? TEMPLATE ?? STRATEGY file_copy', [name, TEMPLATE])
    : server.raw('CREATE DATABASE ??', [name]));
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, {
    applicationName: 'test',
    maximumConnections: 10,
    silenceTimeoutSeconds,
    logger,
  });
  if (migrated && !isCopied) await migrate(database, MIGRATED);
  return {
    url: url.href,
    database,
    async drop() {
      await database.destroy();
      await server.raw('DROP DATABASE ?? WITH (FORCE)', [name]);
      await server.destroy();
    },
  };
}
