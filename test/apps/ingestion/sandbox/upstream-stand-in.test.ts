import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { upstreamStandIn } from '../../../../src/apps/ingestion/sandbox/upstream-stand-in.ts';
import { openDatabase } from '../../../../src/platform/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let test: TestDatabase;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'upstream-'));
  test = await createTestDatabase({ migrated: false });
});
afterEach(async () => {
  for (const suffix of ['upstream', 'api']) {
    const name = `${new URL(test.url).pathname.slice(1)}_ingestion_${suffix}`;
    await test.database.raw('DROP DATABASE IF EXISTS ?? WITH (FORCE)', [name]);
  }
  await test.drop();
  await rm(directory, { recursive: true });
});

const open = (environment: NodeJS.ProcessEnv) =>
  upstreamStandIn.open({ environment, directory, secrets: {}, port: 0, databaseUrl: test.url });

it('makes a database to copy from and one with live tables, once', async () => {
  const { environment, isStandIn, url } = await open({});
  expect(isStandIn).toBe(true);
  expect(new URL(url).password).toBe('');
  const upstream = openDatabase(environment['UPSTREAM_DATABASE_URL'] ?? '', {
    applicationName: 'test',
    maximumConnections: 1,
  });
  try {
    await upstream('image').where('id', '>', 10).delete();
    await open({});
    expect(await upstream('image').pluck('id')).toHaveLength(10);
    expect(await upstream('image').whereNull('title')).toEqual([]);
  } finally {
    await upstream.destroy();
  }
});

it('has a file of sensitive terms, unless the user has set one', async () => {
  const { environment } = await open({});
  const url = new URL(environment['SENSITIVE_TERMS_URL'] ?? '');
  expect(await readFile(url, 'utf8')).toBe('fox\nnight market\n');
  const own = await open({ SENSITIVE_TERMS_URL: '/etc/terms.txt' });
  expect(own.environment).not.toHaveProperty('SENSITIVE_TERMS_URL');
});

it('uses the databases that the user has set', async () => {
  const set = { UPSTREAM_DATABASE_URL: 'postgresql://me:secret@db.example/catalog' };
  expect(await open(set)).toMatchObject({
    url: 'postgresql://me@db.example/catalog',
    isStandIn: false,
    environment: {},
  });
});

it('makes nothing in a Postgres that is the user’s own', async () => {
  const context = { environment: {}, directory: '', secrets: {}, port: 0 };
  expect(await upstreamStandIn.open(context)).toMatchObject({
    url: 'none',
    isStandIn: false,
    environment: {},
  });
});
