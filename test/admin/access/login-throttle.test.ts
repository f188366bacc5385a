import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BROWSER_COOKIE } from '../../../src/admin/access/known-browser.ts';
import { LoginThrottle, waitInWords } from '../../../src/admin/access/login-throttle.ts';
import { ADA, AdminClient, createWithRole } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';

describe('logins that fail', () => {
  const admin = shareAdmin();
  beforeEach(async () => {
    await admin.platform.database('admin.login_attempts').delete();
    await admin.platform.database('admin.audit_log').delete();
  });

  const guess = (username: string, address = '203.0.113.1', password = 'a wrong guess') =>
    new AdminClient(admin).login(username, password, '', { 'x-forwarded-for': address });

  async function fail(username: string, address: string, times: number): Promise<void> {
    for (let attempt = 1; attempt <= times; attempt += 1) {
      expect((await guess(username, address)).status).toBe(401);
    }
  }

  it('have to wait after five of one address at one account, and learn how long', async () => {
    await fail('ada', '203.0.113.1', 5);
    const refused = await guess(' ADA', '203.0.113.1', ADA.password);
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('Too many attempts to log in. Try again in 5 minutes.');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(240);
    expect((await guess('grace', '203.0.113.1')).status).toBe(401);
    expect((await guess('ada', '203.0.113.2', ADA.password)).status).toBe(303);
  });

  it('wait in the same way where there is no such account', async () => {
    await fail('nobody', '203.0.113.1', 5);
    const refused = await guess('nobody');
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('Try again in 5 minutes.');
  });

  it('have to wait after thirty of one address, at whichever accounts', async () => {
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 30; attempt += 1) {
      expect(
        await throttle.attempt({ address: '2001:db8:1:2::1', username: `guest ${attempt}` }),
      ).toBeUndefined();
    }
    expect(await throttle.attempt({ address: '2001:db8:1:2:ffff::9', username: 'ada' })).toMatchObject({
      isFirst: true,
    });
    expect(await throttle.attempt({ address: '2001:db8:1:3::1', username: 'ada' })).toBeUndefined();
    const [{ expire }] = await admin.platform
      .database('admin.login_attempts')
      .where('key', 'like', 'address%');
    expect(Number(expire)).toBeLessThanOrEqual(Date.now() + 5 * 60_000);
  });

  it('have to wait after twenty at one account, from wherever', async () => {
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(
        await throttle.attempt({ address: `203.0.113.${attempt % 4}`, username: 'ada' }),
      ).toBeUndefined();
    }
    expect((await guess('ada', '203.0.113.9', ADA.password)).status).toBe(429);
  });

  it('cannot keep an account closed from one address alone', async () => {
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 60; attempt += 1)
      await throttle.attempt({ address: '203.0.113.1', username: 'ada' });
    expect((await guess('ada', '203.0.113.2', ADA.password)).status).toBe(303);
  });

  it('of strangers do not keep out a browser in which the administrator signed in before', async () => {
    const own = new AdminClient(admin);
    const logIn = (password: string) => own.login('ada', password, '', { 'x-forwarded-for': '203.0.113.1' });
    expect((await logIn(ADA.password)).status).toBe(303);
    await own.post('/logout');
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 60; attempt += 1)
      await throttle.attempt({ address: `203.0.113.${attempt % 4}`, username: 'ada' });
    expect((await guess('ada', '203.0.113.1', ADA.password)).status).toBe(429);
    expect((await guess('ada', '203.0.113.9', ADA.password)).status).toBe(429);
    expect((await logIn(ADA.password)).status).toBe(303);
  });

  it('in such a browser are limited too, and the cookie is for one account and cannot be made up', async () => {
    const own = new AdminClient(admin);
    expect((await own.login()).status).toBe(303);
    await own.post('/logout');
    const known = own.cookie(BROWSER_COOKIE);
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect((await own.login('ada', 'a wrong guess')).status).toBe(401);
    expect((await own.login()).status).toBe(429);
    await createWithRole(admin, `grace-${randomUUID()}`, 'viewer');
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 60; attempt += 1)
      await throttle.attempt({ address: `203.0.113.${attempt % 4}`, username: 'ada' });
    const [administratorId, id, signature] = decodeURIComponent(known).split('.');
    for (const cookie of [
      `${administratorId}.${randomUUID()}.${signature}`,
      `${randomUUID()}.${id}.${signature}`,
      `${administratorId}.${id}`,
      'nonsense',
    ]) {
      const forger = new AdminClient(admin);
      forger.setCookie(BROWSER_COOKIE, cookie);
      expect((await forger.login()).status).toBe(429);
    }
  });

  it('are forgotten by an operator who unlocks the account', async () => {
    await fail('ada', '203.0.113.1', 5);
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 0; attempt < 60; attempt += 1)
      await throttle.attempt({ address: `203.0.113.${attempt % 4}`, username: 'ada' });
    await throttle.attempt({ address: '203.0.113.7', username: 'grace' });
    await throttle.unlock('Ada');
    expect((await guess('ada', '203.0.113.1', ADA.password)).status).toBe(303);
    const keys = await admin.platform.database('admin.login_attempts').pluck('key');
    expect(keys.filter((key) => key.startsWith('account:'))).toHaveLength(1);
  });

  it('are forgotten after one that is right', async () => {
    await fail('ada', '203.0.113.1', 4);
    expect((await guess('ada', '203.0.113.1', ADA.password)).status).toBe(303);
    await fail('ada', '203.0.113.1', 5);
  });

  it('are counted together by all server processes', async () => {
    const server = createServer(admin.application);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const other = new AdminClient({ url: `http://127.0.0.1:${port}/admin` });
      await fail('ada', '203.0.113.1', 5);
      const response = await other.login('ada', ADA.password, '', { 'x-forwarded-for': '203.0.113.1' });
      expect(response.status).toBe(429);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('are counted before the password is looked at, so many at once are as many', async () => {
    const responses = await Promise.all(Array.from({ length: 12 }, () => guess('ada')));
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  it('leave no username that may be a password, neither with the attempts nor in the audit log', async () => {
    await fail('My-Secret-Phrase', '203.0.113.1', 5);
    await guess('My-Secret-Phrase');
    await guess('My-Secret-Phrase');
    await fail('ada', '203.0.113.2', 1);
    const attempts = JSON.stringify(await admin.platform.database('admin.login_attempts'));
    const lines = await admin.platform.database('admin.audit_log').orderBy('happened');
    expect(`${attempts}${JSON.stringify(lines)}`).not.toMatch(/secret|wrong guess/i);
    expect(lines.map(({ username, outcome, address }) => [username, outcome, address])).toEqual([
      ...Array(5).fill(['(unknown)', 'failed', '203.0.113.1']),
      ['(unknown)', 'refused', '203.0.113.1'],
      ['ada', 'failed', '203.0.113.2'],
    ]);
  });

  it('say the time in words', () => {
    expect([1, 59, 60, 61, 299].map(waitInWords)).toEqual([
      '1 second',
      '59 seconds',
      '1 minute',
      '2 minutes',
      '5 minutes',
    ]);
  });

  it('count what is no address as one', async () => {
    const throttle = new LoginThrottle(admin.platform.database);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await throttle.attempt({ address: '', username: 'x' })).toBeUndefined();
    }
    expect(await throttle.attempt({ address: 'nonsense', username: 'x' })).toMatchObject({ isFirst: true });
    expect(await throttle.attempt({ address: '', username: 'x' })).toMatchObject({ isFirst: false });
  });
});
