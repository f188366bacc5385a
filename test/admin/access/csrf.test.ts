import { beforeEach, describe, expect, it } from '@jest/globals';
import { SESSION_COOKIE } from '../../../src/admin/sessions.ts';
import { ADA, AdminClient, isSignedIn } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';

describe('a request that changes something', () => {
  const admin = shareAdmin();
  let ada: AdminClient;
  beforeEach(async () => {
    ada = new AdminClient(admin);
    await ada.login();
  });

  const PATHS = [
    '/logout',
    '/account/password',
    '/account/sign-out-everywhere',
    '/api/people/administrators',
    '/api/queue/tasks/failed-tasks/actions/delete',
  ];

  it.each(PATHS)('is refused without the token: %s', async (path) => {
    const response = await ada.post(path, {}, { 'x-xsrf-token': '' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Reload the page');
    expect(await isSignedIn(ada)).toBe(true);
  });

  it('is refused with a token that the cookie does not have, or that is made up', async () => {
    const own = decodeURIComponent(ada.cookie('XSRF-TOKEN'));
    const made = `${'a'.repeat(64)}.${'b'.repeat(64)}`;
    expect((await ada.post('/logout', {}, { 'x-xsrf-token': made })).status).toBe(403);
    ada.setCookie('XSRF-TOKEN', made);
    expect((await ada.post('/logout', {}, { 'x-xsrf-token': made })).status).toBe(403);
    expect((await ada.post('/logout', {}, { 'x-xsrf-token': own })).status).toBe(403);
    expect(await isSignedIn(ada)).toBe(true);
  });

  it('is refused with the token of another session, or of before the login', async () => {
    const other = new AdminClient(admin);
    await other.get('/login');
    const anonymous = other.cookie('XSRF-TOKEN');
    await other.login();
    for (const token of [anonymous, other.cookie('XSRF-TOKEN')]) {
      ada.setCookie('XSRF-TOKEN', token);
      expect((await ada.post('/logout')).status).toBe(403);
    }
    expect(await isSignedIn(ada)).toBe(true);
  });

  it('is refused at the login without a token as well', async () => {
    const client = new AdminClient(admin);
    expect((await client.post('/login', { ...ADA })).status).toBe(403);
    expect(client.session).toBe('');
  });

  it('is taken with the token in a field of the form, as plain pages send it', async () => {
    const page = await (await ada.get('/account')).text();
    const [, token = ''] = /name="csrf_token" value="([^"]+)"/.exec(page) ?? [];
    const response = await ada.post('/logout', { csrf_token: token }, { 'x-xsrf-token': '' });
    // An empty header is a wrong token, as no browser sends one.
    expect(response.status).toBe(403);
    const form = new URLSearchParams({ csrf_token: token });
    const cookie = `${SESSION_COOKIE}=${ada.session}; XSRF-TOKEN=${ada.cookie('XSRF-TOKEN')}`;
    const plain = await fetch(`${admin.url}/logout`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { cookie, origin: new URL(admin.url).origin },
    });
    expect(plain.status).toBe(303);
    expect(await isSignedIn(ada)).toBe(false);
  });

  it('is refused from another site, whatever token it has', async () => {
    const response = await ada.post('/logout', {}, { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
    expect(await isSignedIn(ada)).toBe(true);
  });
});
