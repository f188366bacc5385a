import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyAdministrator } from '../../src/admin/administrators.ts';
import { readInstallation } from '../../src/installation.ts';
import { migrationFoldersOf } from '../../src/migration-folders.ts';
import { pendingMigrations } from '../../src/platform/database/migrations.ts';
import { type CommandResult, runCommand } from '../support/command.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Without those of apps that are installed only where they are named. */
const MIGRATED_BY_DEFAULT = migrationFoldersOf(
  readInstallation({ DATABASE_URL: 'postgres://localhost/none', DJANGO_SECRET_KEY: 'a key for tests' }).apps,
);

const MANAGE = fileURLToPath(new URL('../../dist/manage.js', import.meta.url));
const KNEX = fileURLToPath(new URL('../../node_modules/knex/bin/cli.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let test: TestDatabase;
afterEach(() => test.drop());

function manage(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const settings = {
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'a key of the tests, long enough for production',
    LOG_LEVEL: 'warn',
  };
  return runCommand(process.execPath, [MANAGE, ...args], { env: { ...settings, ...env }, cwd: tmpdir() });
}

describe('manage.js', () => {
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
  });

  it('migrates, says what it did, does nothing the second time, and takes everything back', async () => {
    const first = await manage(['migrate']);
    expect(first).toMatchObject({ exitCode: 0, errorOutput: '' });
    expect(first.output).toMatch(/^Ran .*collections\.ts$/m);
    expect(await pendingMigrations(test.database, MIGRATED_BY_DEFAULT)).toEqual([]);
    expect(await manage(['migrate'])).toMatchObject({ exitCode: 0, output: 'No migrations to run.\n' });
    expect((await manage(['migrate', 'zero'])).output).toMatch(/^Took back .*collections\.ts$/m);
    expect(await pendingMigrations(test.database, MIGRATED_BY_DEFAULT)).not.toEqual([]);
    expect(await manage(['migrate', '0001'])).toMatchObject({ exitCode: 1, output: '' });
  });

  it('migrates once where several do it at the same time', async () => {
    const results = await Promise.all([manage(['migrate']), manage(['migrate']), manage(['migrate'])]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(results.filter(({ output }) => output.startsWith('Ran '))).toHaveLength(1);
  });

  it('creates the table of the cache, where there is to be one', async () => {
    const cache = { CACHE_URL: 'dbcache://app_cache' };
    expect(await manage(['createcachetable'], cache)).toMatchObject({ exitCode: 0 });
    expect(await manage(['createcachetable'], cache)).toMatchObject({ exitCode: 0 });
    expect(await test.database.schema.hasTable('app_cache')).toBe(true);
    const none = await manage(['createcachetable']);
    expect(none).toMatchObject({ exitCode: 0 });
    expect(none.output).toContain('none to create');
    await test.database.raw('CREATE TABLE members (id uuid)');
    const other = await manage(['createcachetable'], { CACHE_URL: 'dbcache://members' });
    expect(other.exitCode).toBe(1);
    expect(other.errorOutput).toMatch(/^The table "members" exists, and is no cache/);
  });

  it('knows the options and commands that scripts of the deployed service use', async () => {
    expect(await manage(['migrate', '--no-input'])).toMatchObject({ exitCode: 0 });
    expect(await manage(['migrate', '--noinput'])).toMatchObject({ exitCode: 0 });
    const created = await manage(
      ['createsuperuser', '--no-input', '--username', 'grace', '--email', 'grace@example.org'],
      { DJANGO_SUPERUSER_PASSWORD: 'difference engine' },
    );
    expect(created).toMatchObject({ exitCode: 0, output: 'Administrator grace created.\n' });
    expect(await manage(['changepassword', 'grace'])).toMatchObject({
      exitCode: 1,
      errorOutput: 'changepassword asks for the new password in a terminal, and this is none\n',
    });
    expect(await manage(['changepassword', 'nobody'])).toMatchObject({
      exitCode: 1,
      errorOutput: 'There is no administrator named nobody\n',
    });
  });

  it('waits for Postgres, but not where that cannot help', async () => {
    expect(await manage(['wait'])).toEqual({ exitCode: 0, output: '', errorOutput: '' });
    const url = new URL(test.url);
    url.pathname = '/no_such_database';
    const result = await manage(['wait'], { DATABASE_URL: url.href });
    expect(result.exitCode).toBe(1);
    expect(result.errorOutput).toContain('database "no_such_database" does not exist');
    expect(result.errorOutput).not.toContain('    at ');
  });

  it('is clear about what it does not know', async () => {
    const unknown = await manage(['migrat']);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.errorOutput).toMatch(/unknown command 'migrat'[\s\S]*Did you mean migrate\?/);
    const unset = await manage(['migrate'], { DATABASE_URL: '', DJANGO_SECRET_KEY: '' });
    expect(unset.exitCode).toBe(1);
    expect(unset.errorOutput).toMatch(/DATABASE_URL is not set/);
    expect(unset.errorOutput).not.toContain('    at ');
    const help = await manage(['--help']);
    for (const name of [
      'migrate',
      'createcachetable',
      'createsuperuser',
      'changepassword',
      'qcluster',
      'qmonitor',
      'qinfo',
      'qmemory',
    ])
      expect(help.output).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it("leaves knex's own command line to those who know it", async () => {
    await manage(['migrate']);
    const env = { DATABASE_URL: test.url };
    const status = await runCommand(process.execPath, [KNEX, 'migrate:status'], { env, cwd: ROOT });
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.output).toContain('No Pending Migration files Found.');
  });
});

describe('manage.js, where the tables are there', () => {
  beforeEach(async () => {
    test = await createTestDatabase();
  });

  it('creates an administrator from the environment, and exits with 1 where there is one', async () => {
    const env = { DJANGO_SUPERUSER_USERNAME: 'ada', DJANGO_SUPERUSER_PASSWORD: 'pw' };
    expect(await manage(['createsuperuser', '--noinput'], env)).toEqual({
      exitCode: 0,
      output: 'Administrator ada created.\n',
      errorOutput: expect.stringMatching(/^This password is too short\..*Change it in the admin/),
    });
    expect(await verifyAdministrator(test.database, 'ada', 'pw')).toMatchObject({ role: 'superuser' });
    expect(await manage(['createsuperuser', '--noinput'], env)).toEqual({
      exitCode: 1,
      output: '',
      errorOutput: 'There is an administrator named ada already\n',
    });
  });

  it('refuses a weak password for an administrator outside of debugging, but not one who exists', async () => {
    const env = { DJANGO_SUPERUSER_USERNAME: 'ada', DJANGO_SUPERUSER_PASSWORD: 'pw', DJANGO_DEBUG: 'False' };
    expect(await manage(['createsuperuser', '--noinput'], env)).toEqual({
      exitCode: 1,
      output: '',
      errorOutput: expect.stringMatching(
        /^This password is too short\..*Set another DJANGO_SUPERUSER_PASSWORD\.\n$/,
      ),
    });
    await manage(['createsuperuser', '--noinput'], { ...env, DJANGO_DEBUG: 'True' });
    expect(await manage(['createsuperuser', '--noinput'], env)).toMatchObject({
      errorOutput: 'There is an administrator named ada already\n',
    });
  });

  it('unlocks an administrator, and says where there is none', async () => {
    const env = { DJANGO_SUPERUSER_USERNAME: 'ada', DJANGO_SUPERUSER_PASSWORD: 'difference engine' };
    await manage(['createsuperuser', '--noinput'], env);
    expect(await manage(['unlock', 'ada'])).toMatchObject({ exitCode: 0, output: 'ada may log in again.\n' });
    expect(await manage(['unlock', 'eve'])).toMatchObject({
      exitCode: 1,
      errorOutput: 'There is no administrator named eve\n',
    });
  });

  it('has nothing to say of a good password', async () => {
    const env = { DJANGO_SUPERUSER_USERNAME: 'ada', DJANGO_SUPERUSER_PASSWORD: 'difference engine' };
    expect(await manage(['createsuperuser', '--noinput'], env)).toMatchObject({
      exitCode: 0,
      errorOutput: '',
    });
  });

  it('says what is missing for an administrator', async () => {
    expect(await manage(['createsuperuser', '--noinput'])).toMatchObject({
      exitCode: 1,
      errorOutput:
        'createsuperuser --noinput needs DJANGO_SUPERUSER_USERNAME and DJANGO_SUPERUSER_PASSWORD in the environment\n',
    });
    const asked = await manage(['createsuperuser']);
    expect(asked.exitCode).toBe(1);
    expect(asked.errorOutput).toContain('asks its questions in a terminal');
  });
});
