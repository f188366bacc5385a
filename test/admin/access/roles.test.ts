import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signInAs } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';

describe('the roles of administrators', () => {
  const admin = shareAdmin();
  const viewer = admin.signedIn('vera', 'viewer');
  const operator = admin.signedIn('otto', 'operator');
  const superuser = admin.signedIn('susan', 'superuser');

  async function addFailedTask(): Promise<string> {
    const id = randomUUID();
    await admin.platform.database('queue.tasks').insert({
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

  const isThere = async (id: string) =>
    (await admin.platform.database('queue.tasks').where({ id })).length === 1;

  it('let a viewer look at everything but people', async () => {
    await addFailedTask();
    for (const path of [
      '',
      '/api/dashboard',
      '/resources/failed-tasks',
      '/api/queue/tasks/failed-tasks',
      '/api/queue/queues',
      '/api/queue/engines',
      '/api/tables/batches',
      '/api/search?q=a',
    ]) {
      expect([path, (await viewer.get(path)).status]).toEqual([path, 200]);
    }
    for (const client of [viewer, operator]) {
      for (const resource of ['administrators', 'audit-log']) {
        for (const path of [
          `/resources/${resource}`,
          `/resources/${resource}/records/${randomUUID()}/show`,
          `/api/people/${resource}`,
          `/API/people/${resource}/`,
          `/api/people/${resource}/${randomUUID()}`,
        ]) {
          expect([path, (await client.get(path)).status]).toEqual([path, 403]);
        }
      }
      expect(await (await client.get('')).text()).not.toContain('Audit log');
    }
    expect((await superuser.get('/api/people/administrators')).status).toBe(200);
    expect(await (await superuser.get('')).text()).toContain('Audit log');
  });

  it('keep a viewer from acting, also by direct request', async () => {
    const id = await addFailedTask();
    const attempts = [
      '/api/queue/tasks/failed-tasks/actions/resubmit',
      '/api/queue/tasks/failed-tasks/actions/delete',
      '/api/queue/tasks/failed-tasks/matching/delete',
      '/api/queue/tasks/queued-tasks/actions/cancel',
      '/api/queue/queues/composite/pause',
      '/api/queue/schedules',
      '/api/people/administrators',
      '/api/pages/anything',
    ];
    for (const path of attempts) {
      const response = await viewer.postJson(path, { ids: [id] });
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining('needs the role') });
    }
    expect(await isThere(id)).toBe(true);
    const refused = await admin.platform
      .database('admin.audit_log')
      .where({ username: 'vera', outcome: 'refused' })
      .orderBy('happened');
    expect(refused).toHaveLength(attempts.length);
    expect(refused[0]).toMatchObject({ action: 'resubmit', resource: 'failed-tasks' });
  });

  it('let an operator act on tasks, and not on people', async () => {
    const id = await addFailedTask();
    const path = '/api/queue/tasks/failed-tasks/actions/delete';
    expect((await operator.postJson(path, { ids: [id] })).status).toBe(200);
    expect(await isThere(id)).toBe(false);
    const { id: vera } = await admin.platform
      .database('admin.administrators')
      .where({ username: 'vera' })
      .first('id');
    for (const action of ['delete', 'disable', 'changeRole', 'resetPassword', 'signOutEverywhere', 'edit']) {
      const ofVera = `/api/people/administrators/${vera}/${action}`;
      expect([action, (await operator.postJson(ofVera, { role: 'superuser' })).status]).toEqual([
        action,
        403,
      ]);
    }
  });

  it('hold from the next request on', async () => {
    const changed = await signInAs(admin, 'changed', 'operator');
    const id = await addFailedTask();
    await admin.platform
      .database('admin.administrators')
      .where({ username: 'changed' })
      .update({ role: 'viewer' });
    const path = '/api/queue/tasks/failed-tasks/actions/delete';
    expect((await changed.postJson(path, { ids: [id] })).status).toBe(403);
    expect(await isThere(id)).toBe(true);
  });
});
