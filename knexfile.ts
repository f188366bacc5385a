import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Knex } from 'knex';
import { loadInstalledApps } from './src/installation.ts';
import { migrationFoldersOf } from './src/migration-folders.ts';
import { migrationFolders } from './src/platform/database/migrations.ts';

// For knex's own command line: `npx knex migrate:status`, `npx knex migrate:unlock`, once `manage migrate` has run.
// It needs DATABASE_URL alone, from the environment or from .env.
if (existsSync('.env')) loadEnvFile('.env');

const connectionString = process.env['DATABASE_URL'];
if (!connectionString) {
  throw new Error('DATABASE_URL is not set; it may hold postgresql://user:password@host:port/name');
}

const config: Knex.Config = {
  client: 'pg',
  connection: { connectionString },
  migrations: migrationFolders(migrationFoldersOf(loadInstalledApps())),
};

export default config;
