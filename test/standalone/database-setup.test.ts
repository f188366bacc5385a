import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setUpDatabase } from '../../src/standalone/database-setup.ts';
import { createTestDatabase, MIGRATED, type TestDatabase } from '../support/database.ts';

const ADMINISTRATOR = { username: 'admin', email: 'admin@localhost', password: 'a word of the tests' };

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase({ migrated: false });
});

afterEach(() => test.drop());

function setUp(password = ADMINISTRATOR.password) {
  const settings = { databaseUrl: test.url, cache: { kind: 'database', table: 'cache' } } as const;
  return setUpDatabase(settings, MIGRATED, { ...ADMINISTRATOR, password });
}

it('migrates an empty database, and says of later starts whether the password still opens the admin', async () => {
  expect(await setUp()).toMatchObject({ username: 'admin', isPasswordValid: true });
  expect(await setUp()).toEqual({ username: 'admin', isPasswordValid: true, migrations: [] });
  expect(await setUp('another word')).toMatchObject({ isPasswordValid: false });
});

it('leaves the tables of a version before the first release alone, and says what to do', async () => {
  await test.database.raw('CREATE TABLE public.migrations (name text); CREATE TABLE public.tasks (id uuid)');
  await expect(setUp()).rejects.toThrow(/Begin with an empty database: remove the folder postgres/);
  expect(await test.database.schema.hasTable('cache')).toBe(false);
});
