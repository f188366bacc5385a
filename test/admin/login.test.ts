import { describe, expect, it } from '@jest/globals';
import { createAdministrator } from '../../src/admin/administrators.ts';
import { SESSION_COOKIE } from '../../src/admin/sessions.ts';
import { ADA, AdminClient, isSignedIn } from './admin-client.ts';
import { shareAdmin } from './shared-admin.ts';

describe('the login of the admin', () => {
  const admin = shareAdmin();
  let client: AdminClient;

  it('is where requests without a login are sent, with the way back', async () => {
    client = new AdminClient(admin);
    const page = await client.get('/resources/members?page=2');
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe('/admin/login?next=%2Fadmin%2Fresources%2Fmembers%3Fpage%3D2');
    for (const path of [
      '',
      '/api/people/administrators',
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
    expect((await client.post('/api/queue/tasks/failed-tasks/actions/delete')).status).toBe(303);
    expect(client.session).toBe('');
  });

  it('refuses a wrong password and an unknown name in the same words, and opens no session', async () => {
    const refusals = [];
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['nobody', ADA.password],
    ]) {
      client = new AdminClient(admin);
      const response = await client.login(username, password);
      expect(response.status).toBe(401);
      expect(client.session).toBe('');
      refusals.push(withoutMarks(await response.text()).replaceAll(`${username}`, ''));
    }
    expect(refusals[0]).toContain('The username or the password is wrong.');
    expect(refusals[0]).toBe(refusals[1]);
  });

  it('lets the right password in, under a cookie that scripts and other sites cannot use', async () => {
    client = new AdminClient(admin);
    const response = await client.login('ada', ADA.password, '/admin/resources/members');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/admin/resources/members');
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith(`${SESSION_COOKIE}=`));
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/admin');
    expect(cookie).not.toContain('Secure');
    expect(await isSignedIn(client)).toBe(true);
  });

  it('leads to no other site', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/elsewhere', '/administrator', '']) {
      const response = await new AdminClient(admin).login('ada', ADA.password, next);
      expect(response.headers.get('location')).toBe('/admin');
    }
  });

  it('starts a new session, whatever cookie came with it', async () => {
    client = new AdminClient(admin);
    await client.login();
    const before = client.session;
    await client.post('/login', ADA);
    expect(client.session).not.toBe(before);
    const old = new AdminClient(admin);
    old.session = before;
    expect(await isSignedIn(old)).toBe(false);
  });

  it('is refused from the pages of another site', async () => {
    client = new AdminClient(admin);
    for (const origin of ['https://evil.example', 'null', '']) {
      expect((await client.login(ADA.username, ADA.password, '', { origin })).status).toBe(403);
    }
    expect(client.session).toBe('');
  });

  it('ends with the logout, which a link alone does not do', async () => {
    client = new AdminClient(admin);
    await client.login();
    const { session } = client;
    const page = await client.get('/logout');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<button type="submit">Sign out</button>');
    expect(await isSignedIn(client)).toBe(true);
    expect((await client.post('/logout')).headers.get('location')).toBe('/admin/login');
    client.session = session;
    expect(await isSignedIn(client)).toBe(false);
  });

  it('ends when the administrator is removed', async () => {
    await createAdministrator(admin.platform.database, { ...ADA, username: 'temp' });
    await client.login('temp');
    expect(await isSignedIn(client)).toBe(true);
    await admin.platform.database('admin.administrators').where({ username: 'temp' }).delete();
    expect(await isSignedIn(client)).toBe(false);
  });

  it('ends after a week, whether or not it is used', async () => {
    client = new AdminClient(admin);
    await client.login();
    const sid = decodeURIComponent(client.session).replace(/^s:/, '').replace(/\..*$/, '');
    const changed = await admin.platform.database.raw(
      `UPDATE admin.sessions SET sess = jsonb_set(sess::jsonb, '{start,startedMilliseconds}', ?) WHERE sid = ?`,
      [String(Date.now() - 7 * 24 * 3_600_000), sid],
    );
    expect(changed.rowCount).toBe(1);
    expect(await isSignedIn(client)).toBe(false);
  });

  it('shows what was typed as text', async () => {
    const response = await new AdminClient(admin).login('"><script>alert(1)</script>', 'x');
    expect(await response.text()).not.toContain('<script');
  });
});

describe('the login behind https', () => {
  const admin = shareAdmin(() => ({ WEB_SERVER_SCHEME: 'https' }));

  it('sets a cookie for https alone, also where the proxy does not say what it speaks', async () => {
    const client = new AdminClient(admin);
    const response = await client.login();
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) expect(cookie).toContain('Secure');
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    expect(await isSignedIn(client)).toBe(true);
  });
});

/** A page without what differs from one answer to the next. */
function withoutMarks(html: string): string {
  return html.replace(/nonce="[^"]*"|name="csrf_token" value="[^"]*"/g, '');
}
