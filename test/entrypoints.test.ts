import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyAdministrator } from '../src/admin/administrators.ts';
import { pendingMigrations } from '../src/platform/database/migrations.ts';
import { pathWithOurNode, runCommand } from './support/command.ts';
import { createTestDatabase, MIGRATED, type TestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { type NodeProcess, startProcess } from './support/node-process.ts';

function script(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

describe('the entry point scripts', () => {
  let test: TestDatabase;
  let env: NodeJS.ProcessEnv;
  const started: NodeProcess[] = [];
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
    env = {
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'a key of the tests',
      CACHE_URL: 'dbcache://app_cache',
      ENGINE_WORKER_COUNT: '1',
      GUNICORN_WORKERS: '1',
      PORT: '0',
    };
  });
  afterEach(async () => {
    for (const process of started) process.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await test.drop();
  });

  const superuser = {
    MIGRATE: 'True',
    INIT_SUPERUSER: 'True',
    DJANGO_SUPERUSER_USERNAME: 'admin',
    DJANGO_SUPERUSER_EMAIL: 'admin@example.org',
    DJANGO_SUPERUSER_PASSWORD: 'admin',
  };

  /** Starts a script from a directory that is not its own. */
  function start(name: string, extra: NodeJS.ProcessEnv = {}): NodeProcess {
    const process = startProcess(script(name), [], { ...pathWithOurNode(), ...env, ...extra }, tmpdir());
    started.push(process);
    return process;
  }

  it('do nothing but wait for Postgres where nothing else is asked', async () => {
    const result = await runCommand(script('entrypoint.sh'), [], { env, cwd: tmpdir() });
    expect(result).toEqual({ exitCode: 0, output: '', errorOutput: '' });
    expect(await pendingMigrations(test.database, MIGRATED)).not.toEqual([]);
  });

  it('migrate and create the administrator, and go on where both are there', async () => {
    const all = { env: { ...env, ...superuser }, cwd: tmpdir() };
    const first = await runCommand(script('entrypoint.sh'), ['echo', 'and', 'on'], all);
    expect(first.exitCode).toBe(0);
    // The Python service's image has such a password too: it is taken, with a warning.
    expect(first.errorOutput).toMatch(/^This password is too short\..*\n$/);
    expect(first.output).toMatch(/^Ran [\s\S]*app_cache[\s\S]*Administrator admin created\.\nand on\n$/);
    expect(await verifyAdministrator(test.database, 'admin', 'admin')).toBeDefined();
    expect(await test.database.schema.hasTable('app_cache')).toBe(true);

    const second = await runCommand(script('entrypoint.sh'), ['echo', 'and', 'on'], all);
    expect(second.exitCode).toBe(0);
    expect(second.output).toMatch(/^No migrations to run\.\n[\s\S]*and on\n$/);
    expect(second.errorOutput).toContain('There is an administrator named admin already');
  });

  it('stop where a migration fails', async () => {
    await test.database.raw('CREATE SCHEMA composite; CREATE TABLE composite.collections (id integer)');
    const result = await runCommand(script('entrypoint.sh'), ['echo', 'on'], {
      env: { ...env, MIGRATE: 'true' },
    });
    expect(result.exitCode).toBe(1);
    expect(result.output).not.toContain('on');
    expect(result.errorOutput).toContain('The migrations failed');
  });

  it('run the API, which answers, and ends with SIGTERM', async () => {
    const api = start('entrypoint-api.sh', superuser);
    const { port } = await api.waitForLine(({ msg }) => msg === 'listening');
    expect((await fetch(`http://127.0.0.1:${port}/admin/login`)).status).toBe(200);
    api.kill('SIGTERM');
    expect(await api.ended).toBe(0);
  });

  it('run an engine, which takes the place of the shell, and ends with SIGTERM', async () => {
    const engine = start('entrypoint-worker.sh', { MIGRATE: 'True' });
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    expect(await test.database('queue.engines').select('pid')).toEqual([{ pid: engine.pid }]);
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    expect(await test.database('queue.leases')).toEqual([]);
  });

  it('run workers of their own for PRIORITY_QUEUE_NAME', async () => {
    const engine = start('entrypoint-worker.sh', {
      MIGRATE: 'True',
      PRIORITY_QUEUE_NAME: 'urgent',
      PRIORITY_WORKER_COUNT: '2',
    });
    const engines = () =>
      test.database('queue.engines').select('queue', 'worker_count', 'state').orderBy('queue');
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    await eventually(async () => (await engines()).length === 2);
    expect(await engines()).toMatchObject([
      { queue: 'composite', worker_count: 1 },
      { queue: 'urgent', worker_count: 2 },
    ]);
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    expect((await engines()).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });
});
