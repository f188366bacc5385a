import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminClient, type ServedAdmin, serveAdmin, signInAs } from '../admin-client.ts';

describe('the roles of administrators', () => {
  let admin: ServedAdmin;
  let viewer: AdminClient;
  let operator: AdminClient;
  let superuser: AdminClient;
  beforeAll(async () => {
    admin = await serveAdmin();
    viewer = await signInAs(admin, 'vera', 'viewer');
    operator = await signInAs(admin, 'otto', 'operator');
    superuser = await signInAs(admin, 'susan', 'superuser');
  });
  afterAll(() => admin.stop());

  async function addFailedTask(): Promise<string> {
    const id = randomUUID();
    await admin.platform.database('tasks').insert({
      id,
      name: 'winter-speaker',
      func: 'composite.process_member',
      args: {},
      result: { error: 'the origin is gone' },
      cluster: 'composite',
      started: '2026-01-01T00:00:00Z',
      stopped: '2026-01-01T00:00:38Z',
      success: false,
      attempt_count: 1,
    });
    return id;
  }

  const isThere = async (id: string) => (await admin.platform.database('tasks').where({ id })).length === 1;

  it('let a viewer look at everything but people', async () => {
    await addFailedTask();
    for (const path of [
      '',
      '/api/dashboard',
      '/resources/failed-tasks',
      '/api/resources/failed-tasks/actions/list',
      '/api/resources/members/actions/list',
    ]) {
      expect([path, (await viewer.get(path)).status]).toEqual([path, 200]);
    }
    for (const client of [viewer, operator]) {
      for (const resource of ['administrators', 'audit-log']) {
        for (const path of [
          `/resources/${resource}`,
          `/Resources/${resource}/`,
          `/api/resources/${resource}/actions/list`,
          `/API/resources/${resource}/actions/list`,
          `/api/resources/${resource}/actions/search/a`,
          `/api/resources/${resource}/search/a`,
          `/api/resources/${resource}/records/${randomUUID()}/show`,
        ]) {
          expect([path, (await client.get(path)).status]).toEqual([path, 403]);
        }
      }
    }
    expect((await superuser.get('/api/resources/administrators/actions/list')).status).toBe(200);
  });

  it('keep a viewer from acting, also by direct request', async () => {
    const id = await addFailedTask();
    const attempts = [
      `/api/resources/failed-tasks/records/${id}/resubmit`,
      `/api/resources/failed-tasks/records/${id}/delete`,
      `/api/resources/failed-tasks/bulk/bulkDelete?recordIds=${id}`,
      `/api/resources/failed-tasks/bulk/bulkResubmit?recordIds=${id}`,
      `/api/resources/queued-tasks/records/${id}/delete`,
      '/api/resources/administrators/actions/new',
      '/api/pages/anything',
    ];
    for (const path of attempts) {
      const response = await viewer.post(path);
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.json()).toMatchObject({ notice: { type: 'error' } });
    }
    expect(await isThere(id)).toBe(true);
    const refused = await admin.platform
      .database('audit_log')
      .where({ username: 'vera', outcome: 'refused' })
      .orderBy('happened');
    expect(refused).toHaveLength(attempts.length);
    expect(refused[0]).toMatchObject({ action: 'resubmit', resource: 'failed-tasks' });
  });

  it('offer a viewer nothing to act with', async () => {
    await addFailedTask();
    const path = '/api/resources/failed-tasks/actions/list';
    const actions = async (client: AdminClient) => {
      const { records } = (await (await client.get(path)).json()) as {
        records: { recordActions: { name: string }[]; bulkActions: { name: string }[] }[];
      };
      return records[0] && [...records[0].recordActions, ...records[0].bulkActions].map(({ name }) => name);
    };
    expect(await actions(viewer)).toEqual(['show']);
    expect(await actions(operator)).toEqual(expect.arrayContaining(['resubmit', 'delete', 'bulkResubmit']));
  });

  it('let an operator act on tasks, and not on people', async () => {
    const id = await addFailedTask();
    expect((await operator.post(`/api/resources/failed-tasks/records/${id}/delete`)).status).toBe(200);
    expect(await isThere(id)).toBe(false);
    const { id: vera } = await admin.platform
      .database('administrators')
      .where({ username: 'vera' })
      .first('id');
    for (const action of ['delete', 'disable', 'changeRole', 'resetPassword', 'signOutEverywhere', 'edit']) {
      const path = `/api/resources/administrators/records/${vera}/${action}`;
      expect([action, (await operator.post(path, { role: 'superuser' })).status]).toEqual([action, 403]);
    }
  });

  it('hold from the next request on', async () => {
    const changed = await signInAs(admin, 'changed', 'operator');
    const id = await addFailedTask();
    await admin.platform.database('administrators').where({ username: 'changed' }).update({ role: 'viewer' });
    expect((await changed.post(`/api/resources/failed-tasks/records/${id}/delete`)).status).toBe(403);
    expect(await isThere(id)).toBe(true);
  });
});
