import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../../src/platform/database/connection.ts';
import {
  migrate,
  pendingMigrations,
  rollback,
  UnknownMigrationsError,
} from '../../../src/platform/database/migrations.ts';
import { createTestDatabase, MIGRATED, type TestDatabase } from '../../support/database.ts';

const WITHOUT_COMPOSITE = MIGRATED.filter((name) => name !== 'composite');

describe('the migrations', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterEach(() => test.drop());

  const schemas = (): Promise<string[]> =>
    test
      .database('pg_namespace')
      .whereRaw(`nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')`)
      .orderBy('nspname')
      .pluck('nspname');

  const objectsInPublic = (): Promise<string[]> =>
    test.database('pg_class').whereRaw(`relnamespace = 'public'::regnamespace`).pluck('relname');

  it('go up, all the way down, and up again', async () => {
    expect(await pendingMigrations(test.database, MIGRATED)).not.toEqual([]);
    const done = await migrate(test.database, MIGRATED);
    expect(await pendingMigrations(test.database, MIGRATED)).toEqual([]);
    const undone = await rollback(test.database, MIGRATED);
    expect(undone.toReversed()).toEqual(done);
    expect(await schemas()).toEqual([]);
    expect(await migrate(test.database, MIGRATED)).toEqual(done);
  });

  it('give each floor and app a schema of its own, and put nothing into public', async () => {
    await migrate(test.database, MIGRATED);
    expect(await schemas()).toEqual([
      'admin',
      'composite',
      'ingestion',
      'map_registry',
      'pgboss',
      'platform',
      'queue',
      'render',
      'view_server',
    ]);
    expect(await objectsInPublic()).toEqual([]);
  });

  it('write nothing when somebody asks what is pending', async () => {
    await pendingMigrations(test.database, MIGRATED);
    expect(await schemas()).toEqual([]);
    expect(await objectsInPublic()).toEqual([]);
  });

  it('go on where an app is taken away, and where it comes back', async () => {
    await migrate(test.database, MIGRATED);
    expect(await pendingMigrations(test.database, WITHOUT_COMPOSITE)).toEqual([]);
    expect(await migrate(test.database, WITHOUT_COMPOSITE)).toEqual([]);
    expect(await pendingMigrations(test.database, MIGRATED)).toEqual([]);
    expect(await migrate(test.database, MIGRATED)).toEqual([]);
  });

  it('run those of an app that is installed later', async () => {
    await migrate(test.database, WITHOUT_COMPOSITE);
    expect(await schemas()).not.toContain('composite');
    const pending = await pendingMigrations(test.database, MIGRATED);
    expect(pending.map((name) => name.split('/')[0])).toEqual(pending.map(() => 'composite'));
    expect(await migrate(test.database, MIGRATED)).toEqual(pending);
    expect(await schemas()).toContain('composite');
  });

  it('leave the tables of an app that is not installed when the others are taken back', async () => {
    await migrate(test.database, MIGRATED);
    await rollback(test.database, WITHOUT_COMPOSITE);
    expect(await schemas()).toEqual(['composite', 'platform']);
    expect(await pendingMigrations(test.database, ['composite'])).toEqual([]);
  });

  it('leave nothing behind where one of them fails', async () => {
    await test.database.raw('CREATE SCHEMA composite; CREATE TABLE composite.batches (number integer)');
    await expect(migrate(test.database, MIGRATED)).rejects.toThrow(/batches/);
    expect(await schemas()).toEqual(['composite']);
    await test.database.raw('DROP SCHEMA composite CASCADE');
    await migrate(test.database, MIGRATED);
    expect(await pendingMigrations(test.database, MIGRATED)).toEqual([]);
  });

  it('are refused before anything is changed where a role may not create schemas', async () => {
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    await test.database.raw("CREATE ROLE ?? LOGIN PASSWORD 'secret'", [role]);
    const url = new URL(test.url);
    url.username = role;
    url.password = 'secret';
    const database = openDatabase(url.href, { applicationName: 'test', maximumConnections: 2 });
    try {
      await expect(migrate(database, MIGRATED)).rejects.toThrow(
        `the role ${role} may not create schemas in the database ${url.pathname.slice(1)}`,
      );
      expect(await schemas()).toEqual([]);
    } finally {
      await database.destroy();
      await test.database.raw('DROP ROLE ??', [role]);
    }
  });

  it('do not mind an app that has no folder', async () => {
    expect(await pendingMigrations(test.database, ['an-app-without-tables'])).toEqual([]);
  });

  it('are not taken back by a version that does not know all of them', async () => {
    await migrate(test.database, MIGRATED);
    await test
      .database('platform.migrations')
      .insert({ name: 'queue/29990101000000-of-tomorrow.ts', batch: 2 });
    await expect(rollback(test.database, MIGRATED)).rejects.toThrow(UnknownMigrationsError);
    expect(await schemas()).toContain('queue');
    expect(await pendingMigrations(test.database, MIGRATED)).toEqual([]);
  });

  it('work for a role whose name is that of a schema, which its search path then begins with', async () => {
    const name = new URL(test.url).pathname.slice(1);
    await test.database.raw('ALTER DATABASE ?? SET search_path = composite, public', [name]);
    const database = openDatabase(test.url, { applicationName: 'test', maximumConnections: 2 });
    const done = await migrate(database, MIGRATED);
    expect(done).not.toEqual([]);
    expect(await migrate(database, MIGRATED)).toEqual([]);
    expect(await rollback(database, MIGRATED)).toEqual(done.toReversed());
    await database.destroy();
  });
});
