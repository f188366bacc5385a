import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AdministratorRow } from '../../src/admin/people/shapes.ts';
import type { RowPage } from '../../src/app-kit/admin/row-page.ts';
import { ADA, AdminClient, isSignedIn, signInAs } from './admin-client.ts';
import { shareAdmin } from './shared-admin.ts';

interface Answer {
  readonly status: number;
  readonly message?: string;
  readonly detail?: string;
}

const PATH = '/api/people/administrators';
const PASSWORD = 'analytical machinery';

describe('what superusers do about people', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();
  beforeEach(async () => {
    await admin.platform.database('admin.administrators').whereNot({ username: 'ada' }).delete();
    await admin.platform.database('admin.audit_log').delete();
  });

  const row = (username: string) =>
    admin.platform.database('admin.administrators').where({ username }).first();

  const answerOf = async (response: Response): Promise<Answer> => ({
    ...((await response.json()) as Omit<Answer, 'status'>),
    status: response.status,
  });

  async function act(username: string, action: string, values: Record<string, string> = {}) {
    const { id } = await row(username);
    return answerOf(await ada.postJson(`${PATH}/${id}/${action}`, values));
  }

  const create = async (values: Record<string, string>) => answerOf(await ada.postJson(PATH, values));

  const lines = () => admin.platform.database('admin.audit_log').orderBy('happened');

  it('lists them with role and state, never with a hash', async () => {
    await signInAs(admin, 'vera', 'viewer');
    const text = await (await ada.get(PATH)).text();
    expect(text).not.toContain('argon2');
    const { rows } = JSON.parse(text) as RowPage<AdministratorRow>;
    expect(rows.map(({ username, role, isDisabled }) => [username, role, isDisabled])).toEqual([
      ['vera', 'viewer', false],
      ['ada', 'superuser', false],
    ]);
    const { id } = await row('vera');
    expect(await (await ada.get(`${PATH}/${id}`)).json()).toEqual(rows[0]);
  });

  it('creates one, who can sign in', async () => {
    const values = { username: 'otto', email: 'otto@example.org', role: 'operator', password: PASSWORD };
    expect(await create(values)).toMatchObject({ status: 200, message: 'Created otto' });
    expect(await row('otto')).toMatchObject({ email: 'otto@example.org', role: 'operator', disabled: false });
    expect((await new AdminClient(admin).login('otto', PASSWORD)).status).toBe(303);
    const [line] = await lines();
    expect(line).toMatchObject({
      username: 'ada',
      action: 'create',
      outcome: 'done',
      detail: 'otto: operator',
    });
    expect(line.record_ids).toEqual([(await row('otto')).id]);
  });

  it.each([
    [{ password: 'too short' }, 'too short'],
    [{ password: 'otto@example.org' }, 'is the username or the e-mail address'],
    [{ password: 'password1234' }, 'too easy to guess'],
    [{ username: 'ada' }, 'There is an administrator named ada already'],
    [{ username: '</script>' }, 'letters, digits'],
    [{ role: 'emperor' }, 'The role has to be one of viewer, operator, superuser.'],
    [{ role: '' }, 'The role has to be one of'],
  ])('creates no administrator with a part that cannot be used: %j', async (part, message) => {
    const values = { username: 'otto', email: 'otto@example.org', role: 'operator', password: PASSWORD };
    const answer = await create({ ...values, ...part });
    expect(answer.status).toBe(409);
    expect(answer.detail).toContain(message);
    expect(await row('otto')).toBeUndefined();
    expect(JSON.stringify(await lines())).not.toContain(PASSWORD);
  });

  it('changes a role', async () => {
    await signInAs(admin, 'vera', 'viewer');
    expect(await act('vera', 'changeRole', { role: 'operator' })).toMatchObject({ status: 200 });
    expect(await row('vera')).toMatchObject({ role: 'operator' });
    expect((await lines()).at(-1)).toMatchObject({ action: 'changeRole', detail: 'operator' });
  });

  it('disables somebody, whose sessions end and who cannot sign in, until they are enabled', async () => {
    const vera = await signInAs(admin, 'vera', 'viewer');
    const wrong = await (await new AdminClient(admin).login('vera', 'a wrong guess')).text();
    expect(await act('vera', 'disable')).toMatchObject({ status: 200 });
    expect(await isSignedIn(vera)).toBe(false);
    const refused = await vera.login('vera');
    expect(refused.status).toBe(401);
    expect(wrong).toContain('The username or the password is wrong.');
    expect(await refused.text()).toContain('The username or the password is wrong.');
    expect(await act('vera', 'enable')).toMatchObject({ status: 200 });
    expect((await vera.login('vera')).status).toBe(303);
  });

  it('sets a password, which ends the sessions', async () => {
    const vera = await signInAs(admin, 'vera', 'viewer');
    expect(await act('vera', 'resetPassword', { password: 'short' })).toMatchObject({ status: 409 });
    expect(await isSignedIn(vera)).toBe(true);
    expect(await act('vera', 'resetPassword', { password: PASSWORD })).toMatchObject({ status: 200 });
    expect(await isSignedIn(vera)).toBe(false);
    expect((await vera.login('vera')).status).toBe(401);
    expect((await vera.login('vera', PASSWORD)).status).toBe(303);
    expect(JSON.stringify(await lines())).not.toMatch(/analytical|short|argon2/);
  });

  it('does not set the own password, for which the present one is needed', async () => {
    expect(await act('ada', 'resetPassword', { password: PASSWORD })).toMatchObject({ status: 409 });
    expect((await new AdminClient(admin).login()).status).toBe(303);
  });

  it('signs somebody out everywhere', async () => {
    const vera = await signInAs(admin, 'vera', 'viewer');
    expect(await act('vera', 'signOutEverywhere')).toMatchObject({ status: 200 });
    expect(await isSignedIn(vera)).toBe(false);
    expect((await vera.login('vera')).status).toBe(303);
  });

  it('deletes somebody, whose lines stay in the audit log', async () => {
    const vera = await signInAs(admin, 'vera', 'viewer');
    expect(await act('vera', 'delete')).toMatchObject({ status: 200 });
    expect(await isSignedIn(vera)).toBe(false);
    expect((await lines()).map(({ username, action }) => `${username} ${action}`)).toEqual([
      'vera signIn',
      'ada delete',
    ]);
  });

  it.each(['delete', 'disable', 'changeRole'])('keeps the last superuser: %s', async (action) => {
    await signInAs(admin, 'otto', 'operator');
    await signInAs(admin, 'susan', 'superuser');
    await act('susan', 'disable');
    const answer = await act('ada', action, { role: 'viewer' });
    expect(answer).toEqual({
      status: 409,
      detail: 'This is the last superuser who can sign in. Make another administrator a superuser first.',
    });
    expect(await row('ada')).toMatchObject({ role: 'superuser', disabled: false });
    expect((await lines()).at(-1)).toMatchObject({ action, outcome: 'failed', detail: 'LastSuperuserError' });
  });

  it('keeps one superuser where two remove each other at once', async () => {
    const susan = await signInAs(admin, 'susan', 'superuser');
    const { id: adaId } = await row('ada');
    const { id: susanId } = await row('susan');
    await Promise.all([
      ada.postJson(`${PATH}/${susanId}/changeRole`, { role: 'operator' }),
      susan.postJson(`${PATH}/${adaId}/changeRole`, { role: 'operator' }),
    ]);
    const superusers = await admin.platform.database('admin.administrators').where({ role: 'superuser' });
    expect(superusers).toHaveLength(1);
    await admin.platform
      .database('admin.administrators')
      .where({ username: 'ada' })
      .update({ role: 'superuser' });
  });

  it('changes no administrator on a GET', async () => {
    await signInAs(admin, 'vera', 'viewer');
    const { id } = await row('vera');
    for (const action of ['delete', 'disable', 'changeRole', 'signOutEverywhere', 'resetPassword']) {
      expect((await ada.get(`${PATH}/${id}/${action}?role=superuser`)).status).toBe(404);
    }
    expect(await row('vera')).toMatchObject({ role: 'viewer', disabled: false, session_generation: 1 });
  });

  it('says so where the administrator is gone', async () => {
    const response = await ada.postJson(`${PATH}/11111111-2222-4333-8444-555555555555/disable`, {});
    expect(await answerOf(response)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('no longer'),
    });
    expect((await ada.get(`${PATH}/11111111-2222-4333-8444-555555555555`)).status).toBe(404);
    expect((await row(ADA.username)).disabled).toBe(false);
  });
});
