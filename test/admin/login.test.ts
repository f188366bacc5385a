import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAdministrator } from '../../src/admin/administrators.ts';
import { ADA, AdminClient, type ServedAdmin, serveAdmin } from './admin-client.ts';

/** Asks for a task that is not there, which nobody learns without a session. */
async function isSignedIn(client: AdminClient): Promise<boolean> {
  const { status } = await client.get('/tasks/none');
  expect([303, 404]).toContain(status);
  return status === 404;
}

describe('the login of the admin', () => {
  let admin: ServedAdmin;
  let client: AdminClient;
  beforeAll(async () => {
    admin = await serveAdmin();
  });
  afterAll(() => admin.stop());

  it('is where whoever is not signed in is sent, with the way back', async () => {
    client = new AdminClient(admin.url);
    const page = await client.get('/resources/members?page=2');
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe('/admin/login?next=%2Fadmin%2Fresources%2Fmembers%3Fpage%3D2');
    for (const path of [
      '',
      '/api/resources/members/actions/list',
      '/api/dashboard',
      '/frontend/assets/app.bundle.js',
      '/frontend/assets/components.bundle.js',
      '/tasks/11111111-2222-4333-8444-555555555555',
    ]) {
      const response = await client.get(path);
      expect([path, response.status]).toEqual([path, 303]);
      expect(response.headers.get('location')).toMatch(/^\/admin\/login/);
      expect(await response.text()).not.toContain('REDUX_STATE');
    }
    expect((await client.post('/api/resources/failed-tasks/bulk/bulkDelete?recordIds=x')).status).toBe(303);
    expect(client.cookie).toBe('');
  });

  it('refuses a wrong password and an unknown name in the same words, and opens no session', async () => {
    const refusals = [];
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['nobody', ADA.password],
    ]) {
      client = new AdminClient(admin.url);
      const response = await client.login(username, password);
      expect(response.status).toBe(401);
      expect(client.cookie).toBe('');
      refusals.push((await response.text()).replaceAll(`${username}`, ''));
    }
    expect(refusals[0]).toContain('The username or the password is wrong.');
    expect(refusals[0]).toBe(refusals[1]);
  });

  it('lets the right password in, under a cookie that scripts and other sites cannot use', async () => {
    client = new AdminClient(admin.url);
    const response = await client.login('ada', ADA.password, '/admin/resources/members');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/admin/resources/members');
    const cookie = response.headers.get('set-cookie');
    expect(cookie).toMatch(/^composite_admin=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/admin');
    expect(cookie).not.toContain('Secure');
    expect(await isSignedIn(client)).toBe(true);
  });

  it('leads to no other site', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/elsewhere', '/administrator', '']) {
      const response = await new AdminClient(admin.url).login('ada', ADA.password, next);
      expect(response.headers.get('location')).toBe('/admin');
    }
  });

  it('starts a new session, whatever cookie came with it', async () => {
    client = new AdminClient(admin.url);
    await client.login();
    const before = client.cookie;
    await client.login();
    expect(client.cookie).not.toBe(before);
    const old = new AdminClient(admin.url);
    old.cookie = before;
    expect(await isSignedIn(old)).toBe(false);
  });

  it('is refused from the pages of another site', async () => {
    client = new AdminClient(admin.url);
    const form = { username: ADA.username, password: ADA.password };
    for (const origin of ['https://evil.example', 'null', '']) {
      expect((await client.post('/login', form, { origin })).status).toBe(403);
    }
    expect(client.cookie).toBe('');
  });

  it('has to wait after five failures of one name, while others are let in', async () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await new AdminClient(admin.url).login('grace', `guess ${attempt}`)).status).toBe(401);
    }
    const response = await new AdminClient(admin.url).login('Grace', 'guess 6');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect((await new AdminClient(admin.url).login()).status).toBe(303);
  });

  it('ends with the logout, and when the administrator is removed', async () => {
    client = new AdminClient(admin.url);
    await client.login();
    const { cookie } = client;
    expect((await client.get('/logout')).headers.get('location')).toBe('/admin/login');
    client.cookie = cookie;
    expect(await isSignedIn(client)).toBe(false);

    await createAdministrator(admin.platform.database, {
      username: 'temp',
      email: '',
      password: 'temporary',
    });
    await client.login('temp', 'temporary');
    expect(await isSignedIn(client)).toBe(true);
    await admin.platform.database('administrators').where({ username: 'temp' }).delete();
    expect(await isSignedIn(client)).toBe(false);
  });

  it('shows what was typed as text', async () => {
    const response = await new AdminClient(admin.url).login('"><script>alert(1)</script>', 'x');
    expect(await response.text()).not.toContain('<script');
  });
});

describe('the login behind https', () => {
  let admin: ServedAdmin;
  beforeAll(async () => {
    admin = await serveAdmin({ WEB_SERVER_SCHEME: 'https' });
  });
  afterAll(() => admin.stop());

  it('sets a cookie for https alone, also where the proxy does not say what it speaks', async () => {
    const client = new AdminClient(admin.url);
    const response = await client.login();
    expect(response.headers.get('set-cookie')).toContain('Secure');
    expect(await isSignedIn(client)).toBe(true);
  });
});
