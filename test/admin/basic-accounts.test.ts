import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createAdministrator, updateAdministrator } from '../../src/admin/administrators.ts';
import { openAccounts } from '../../src/admin/index.ts';
import { createErrorHandler } from '../../src/platform/http/error-handler.ts';
import { createRequestLog } from '../../src/platform/http/request-log.ts';
import { listen, type WebServer } from '../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import { captureLog } from '../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readSettings } from '../support/settings.ts';
import { ADA } from './admin-client.ts';

let test: TestDatabase;
let platform: Platform;
let server: WebServer;
let victorId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const settings = readSettings({
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'a key of the tests, long enough to be one',
    WEB_SERVER_HOSTNAME: 'registry.example',
    LOG_LEVEL: 'silent',
  });
  platform = openPlatform(settings, { processName: 'test', maximumConnections: 5 });
  await createAdministrator(platform.database, ADA);
  const victor = await createAdministrator(platform.database, { ...ADA, username: 'victor', role: 'viewer' });
  victorId = victor.id;
  const accounts = openAccounts(platform);
  const application = express();
  application.set('trust proxy', true);
  application.use(createRequestLog(captureLog().logger, []));
  application.all('/', async (request, response) => {
    response.json({ account: (await accounts.identify(request)) ?? null });
  });
  application.use(createErrorHandler(false));
  server = await listen(application, 0);
});

afterAll(async () => {
  await server.stop(0);
  await platform.close();
  await test.drop();
});

beforeEach(() => test.database('admin.login_attempts').delete());

async function call(headers: Record<string, string>, method = 'POST') {
  const response = await fetch(`http://127.0.0.1:${server.port}/`, { method, headers });
  const body = (await response.json()) as { account?: object | null; detail?: string };
  return { status: response.status, headers: response.headers, body };
}

function basic(credentials: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

const ada = basic(`${ADA.username}:${ADA.password}`);

describe('the accounts of APIs', () => {
  it('are identified by name and password, and say whether they may change something', async () => {
    expect((await call(ada)).body).toEqual({ account: { username: 'ada', mayOperate: true } });
    expect((await call(basic(`victor:${ADA.password}`))).body).toEqual({
      account: { username: 'victor', mayOperate: false },
    });
  });

  it('are undefined for a request without credentials', async () => {
    for (const authorization of [
      '',
      'Bearer token',
      'Basic',
      'Basic !!!',
      basic('no colon')['authorization'] ?? '',
    ]) {
      expect(await call({ authorization })).toMatchObject({ status: 200, body: { account: null } });
    }
    expect(await call({})).toMatchObject({ status: 200, body: { account: null } });
  });

  it('are refused with a wrong password, an unknown name and a disabled account in the same words', async () => {
    await updateAdministrator(test.database, victorId, { disabled: true });
    const refusals = [];
    for (const credentials of [
      'ada:wrong',
      'ada:',
      `nobody:${ADA.password}`,
      `victor:${ADA.password}`,
      ':',
    ]) {
      refusals.push(await call(basic(credentials)));
    }
    await updateAdministrator(test.database, victorId, { disabled: false });
    for (const { status, body } of refusals) {
      expect([status, body]).toEqual([401, { detail: 'The username or the password is wrong.' }]);
    }
  });

  it('are remembered by no request after that which names them', async () => {
    const first = await call(ada);
    expect(first.headers.get('set-cookie')).toBeNull();
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await call({}, method)).body).toEqual({ account: null });
    }
    await updateAdministrator(test.database, victorId, { disabled: true });
    expect((await call(basic(`victor:${ADA.password}`))).status).toBe(401);
    await updateAdministrator(test.database, victorId, { disabled: false });
  });

  it('are refused from pages of other sites, where browsers send a password by themselves', async () => {
    for (const page of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { referer: 'https://evil.example/' },
    ]) {
      expect((await call({ ...ada, ...page })).status).toBe(403);
    }
    expect((await call({ ...ada, origin: `http://127.0.0.1:${server.port}` })).status).toBe(200);
  });

  it('are throttled after several wrong passwords, the right one too, for this address alone', async () => {
    const from = (address: string, credentials: string) =>
      call({ ...basic(credentials), 'x-forwarded-for': address });
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await from('192.0.2.1', 'ada:wrong')).status).toBe(401);
    }
    const throttled = await from('192.0.2.1', `ada:${ADA.password}`);
    expect([throttled.status, throttled.body.detail]).toEqual([
      429,
      expect.stringMatching(/Try again in \d/),
    ]);
    expect((await from('198.51.100.1', `ada:${ADA.password}`)).status).toBe(200);
  });

  it('are not throttled for right passwords, however often they come', async () => {
    for (let attempt = 0; attempt < 12; attempt++) expect((await call(ada)).status).toBe(200);
  });

  it('are not throttled for right passwords that come at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => call(ada)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  });

  it('leave what was refused in the audit log, without what was typed as a name', async () => {
    await test.database('admin.audit_log').delete();
    await call(basic('ada:wrong'));
    await call(basic('my password:wrong'));
    const rows = await test.database('admin.audit_log').orderBy('id').select();
    const text = JSON.stringify(rows);
    expect(rows).toHaveLength(2);
    expect(text).toContain('ada');
    expect(text).toContain('(unknown)');
    expect(text).not.toContain('my password');
  });
});
