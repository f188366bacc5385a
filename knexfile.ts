import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Knex } from 'knex';
import { loadInstalledApps } from './src/installation.ts';
import { migrationFoldersOf } from './src/migration-folders.ts';
import { encryptedDialect } from './src/platform/database/encrypted-dialect.ts';
import { migrationFolders } from './src/platform/database/migrations.ts';
import { withoutTlsParameters, withTlsVariables } from './src/platform/database/tls-parameters.ts';

// For knex's own command line: `npx knex migrate:status`, `npx knex migrate:unlock`, once `manage migrate` has run.
// It needs DATABASE_URL alone, from the environment or from .env.
if (existsSync('.env')) loadEnvFile('.env');

const given = process.env['DATABASE_URL'];
if (!given) {
  throw new Error('DATABASE_URL is not set; it may hold postgresql://user:password@host:port/name');
}

const databaseUrl = withTlsVariables(given, {
  sslmode: process.env['PGSSLMODE'],
  sslrootcert: process.env['PGSSLROOTCERT'],
  sslcert: process.env['PGSSLCERT'],
  sslkey: process.env['PGSSLKEY'],
  sslcrl: process.env['PGSSLCRL'],
});

const config: Knex.Config = {
  client: encryptedDialect(databaseUrl),
  connection: { connectionString: withoutTlsParameters(databaseUrl) },
  migrations: migrationFolders(migrationFoldersOf(loadInstalledApps())),
};

export default config;
