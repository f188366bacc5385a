import { beforeEach, describe, expect, it } from '@jest/globals';
import { ADA, AdminClient, isSignedIn, signInAs } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';

const NEW_PASSWORD = 'analytical machinery';

describe('the account page', () => {
  const admin = shareAdmin();
  let vera: AdminClient;
  let elsewhere: AdminClient;
  beforeEach(async () => {
    await admin.platform.database('admin.administrators').where({ username: 'vera' }).delete();
    await admin.platform.database('admin.login_attempts').delete();
    await admin.platform.database('admin.audit_log').delete();
    vera = await signInAs(admin, 'vera', 'viewer');
    elsewhere = new AdminClient(admin);
    await elsewhere.login('vera');
  });

  const change = (current: string, password = NEW_PASSWORD, repeated = password) =>
    vera.post('/account/password', { current, password, repeated });

  it('is there for everybody, and asks for a login first', async () => {
    const page = await (await vera.get('/account')).text();
    expect(page).toContain('<dd>vera</dd>');
    expect(page).toContain('<dd>viewer</dd>');
    expect((await new AdminClient(admin).get('/account')).status).toBe(303);
  });

  it('changes the password, ends all other sessions, and gives this one a new id', async () => {
    const before = vera.session;
    const response = await change(ADA.password);
    expect(response.headers.get('location')).toBe('/admin/account?done=password');
    expect(await (await vera.get('/account?done=password')).text()).toContain('The password is changed.');
    expect(await isSignedIn(vera)).toBe(true);
    expect(vera.session).not.toBe(before);
    expect(await isSignedIn(elsewhere)).toBe(false);
    const old = new AdminClient(admin);
    old.session = before;
    expect(await isSignedIn(old)).toBe(false);
    expect((await new AdminClient(admin).login('vera')).status).toBe(401);
    expect((await new AdminClient(admin).login('vera', NEW_PASSWORD)).status).toBe(303);
  });

  it.each([
    ['a wrong one', NEW_PASSWORD, NEW_PASSWORD, 'The current password is wrong.'],
    [ADA.password, NEW_PASSWORD, `${NEW_PASSWORD}!`, 'The two new passwords differ.'],
    [ADA.password, 'too short', 'too short', 'too short'],
    [ADA.password, 'password1234', 'password1234', 'too easy to guess'],
  ])('refuses to change it: %s, %s, %s', async (current, password, repeated, message) => {
    const response = await change(current, password, repeated);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(await isSignedIn(elsewhere)).toBe(true);
    expect((await new AdminClient(admin).login('vera')).status).toBe(303);
  });

  it('does not let the present password be found out', async () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) expect((await change('a guess')).status).toBe(400);
    const response = await change(ADA.password);
    expect(response.status).toBe(429);
    expect(await response.text()).toContain('Too many attempts. Try again in');
  });

  it('signs out everywhere', async () => {
    const { session } = vera;
    const response = await vera.post('/account/sign-out-everywhere');
    expect(response.headers.get('location')).toBe('/admin/login');
    vera.session = session;
    expect(await isSignedIn(vera)).toBe(false);
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect((await vera.login('vera')).status).toBe(303);
  });

  it('leaves lines in the audit log, without the passwords', async () => {
    await change('a wrong one');
    await change(ADA.password);
    await vera.get('/account');
    await vera.post('/account/sign-out-everywhere');
    await vera.login('vera', NEW_PASSWORD);
    await vera.post('/logout');
    const lines = await admin.platform.database('admin.audit_log').orderBy('happened');
    expect(lines.map(({ username, action, outcome }) => `${username} ${action} ${outcome}`)).toEqual([
      'vera signIn done',
      'vera signIn done',
      'vera changePassword failed',
      'vera changePassword done',
      'vera signOutEverywhere done',
      'vera signIn done',
      'vera signOut done',
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/a wrong one|difference engine|analytical machinery|argon2/);
  });
});
