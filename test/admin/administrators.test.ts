import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AdministratorExistsError,
  createAdministrator,
  InvalidAdministratorError,
  passwordWeakness,
  verifyAdministrator,
} from '../../src/admin/administrators.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('administrators', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const ada = { username: 'ada', email: 'ada@example.org', password: 'difference engine' };

  it('are stored with an argon2id hash, and known again by name and password', async () => {
    const created = await createAdministrator(test.database, ada);
    const stored = await test.database('administrators').where({ id: created.id }).first();
    expect(stored.password_hash).toMatch(/^\$argon2id\$/);
    expect(stored.last_login).toBeNull();
    expect(await verifyAdministrator(test.database, ' ada ', ada.password)).toEqual({
      id: created.id,
      username: 'ada',
      email: 'ada@example.org',
    });
    expect(
      (await test.database('administrators').where({ id: created.id }).first()).last_login,
    ).not.toBeNull();
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
    });
    await expect(second).rejects.toThrow('There is an administrator named mary already');
    await expect(second).rejects.toThrow(AdministratorExistsError);
    expect(await verifyAdministrator(test.database, 'mary', ada.password)).toBeDefined();
  });

  it.each([
    [{ ...ada, username: '  ' }, 'username of an administrator must not be empty'],
    [{ ...ada, username: 'a'.repeat(151) }, 'may have 150 characters; this one has 151'],
    [{ ...ada, username: '</script>' }, 'may have letters, digits and the characters @ . + - _ alone'],
    [{ ...ada, username: 'joan', password: '' }, 'password of the administrator joan must not be empty'],
    [{ ...ada, username: 'joan', password: 'x'.repeat(1_025) }, 'may have 1024 characters'],
  ])('are refused where a part cannot be used: %#', async (given, message) => {
    const attempt = createAdministrator(test.database, given);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(InvalidAdministratorError);
  });

  it('are advised against weak passwords', () => {
    expect(passwordWeakness('short', 'ada')).toContain('at least 8 characters');
    expect(passwordWeakness('1234567890', 'ada')).toContain('digits');
    expect(passwordWeakness('Ada-lovelace', 'ada')).toContain('username');
    expect(passwordWeakness('difference engine', 'ada')).toBeUndefined();
  });
});
