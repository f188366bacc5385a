import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/platform/database/connection.ts';
import { migrate } from '../../src/platform/database/migrations.ts';
import { captureLog } from './captured-log.ts';

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes the pool and drops the database, with whatever still uses it. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database; with `migrated` (the default) it has all tables. Without a `serverUrl` it is in the
 * Postgres that serves the whole run.
 */
export async function createTestDatabase({
  migrated = true,
  serverUrl = process.env['TEST_DATABASE_URL'] ?? '',
} = {}): Promise<TestDatabase> {
  const url = new URL(serverUrl);
  // A test that takes Postgres away would fill the output with what knex says of it.
  const { logger } = captureLog();
  const server = openDatabase(url.href, { applicationName: 'test', maximumConnections: 1, logger });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await server.raw('CREATE DATABASE ??', [name]);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, {
    applicationName: 'test',
    maximumConnections: 10,
    logger,
  });
  if (migrated) await migrate(database);
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
