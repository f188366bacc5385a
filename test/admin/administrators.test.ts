import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AdministratorExistsError,
  createAdministrator,
  InvalidAdministratorError,
  type NewAdministrator,
  verifyAdministrator,
} from '../../src/admin/administrators.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('administrators', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const ada: NewAdministrator = {
    username: 'ada',
    email: 'ada@example.org',
    password: 'difference engine',
    role: 'operator',
  };

  it('are stored with an argon2id hash, and known again by name and password', async () => {
    const created = await createAdministrator(test.database, ada);
    const stored = await test.database('admin.administrators').where({ id: created.id }).first();
    expect(stored.password_hash).toMatch(/^\$argon2id\$/);
    expect(await verifyAdministrator(test.database, ' ada ', ada.password)).toEqual({
      id: created.id,
      username: 'ada',
      email: 'ada@example.org',
      role: 'operator',
      isDisabled: false,
      sessionGeneration: 1,
    });
  });

  it('are unknown by a wrong password or a wrong name', async () => {
    await createAdministrator(test.database, { ...ada, username: 'grace' });
    expect(await verifyAdministrator(test.database, 'grace', 'nanosecond')).toBeUndefined();
    expect(await verifyAdministrator(test.database, 'Grace', ada.password)).toBeUndefined();
    expect(await verifyAdministrator(test.database, 'nobody', ada.password)).toBeUndefined();
    expect(await verifyAdministrator(test.database, 'grace', 'x'.repeat(10_000))).toBeUndefined();
  });

  it('are created once for each name, and the second attempt changes nothing', async () => {
    await createAdministrator(test.database, { ...ada, username: 'mary' });
    const second = createAdministrator(test.database, {
      username: 'mary',
      email: '',
      password: 'another one',
      role: 'viewer',
    });
    await expect(second).rejects.toThrow('There is an administrator named mary already');
    await expect(second).rejects.toThrow(AdministratorExistsError);
    expect(await verifyAdministrator(test.database, 'mary', ada.password)).toBeDefined();
  });

  it.each([
    [{ ...ada, username: '  ' }, 'username of an administrator must not be empty'],
    [{ ...ada, username: 'a'.repeat(151) }, 'may have 150 characters; this one has 151'],
    [{ ...ada, username: '</script>' }, 'may have letters, digits and the characters @ . + - _ alone'],
    [{ ...ada, username: 'joan', email: 'e'.repeat(255) }, 'may have 254 characters; this one has 255'],
    [{ ...ada, username: 'joan', password: '' }, 'password of the administrator joan must not be empty'],
    [{ ...ada, username: 'joan', password: 'x'.repeat(1_025) }, 'may have 1024 characters'],
  ])('are refused where a part cannot be used: %#', async (given, message) => {
    const attempt = createAdministrator(test.database, given);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(InvalidAdministratorError);
  });

  it('cannot sign in with what is longer than a password, also where it starts with one', async () => {
    const password = 'p'.repeat(1_024);
    await createAdministrator(test.database, { ...ada, username: 'long', password });
    expect(await verifyAdministrator(test.database, 'long', password)).toBeDefined();
    expect(await verifyAdministrator(test.database, 'long', `${password}p`)).toBeUndefined();
  });
});
