import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MatchingRound } from '../../../src/app-kit/admin/row-page.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { signFailedTasks } from '../../support/signed-rows.ts';
import { signInAs } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';
import { addRunning, addTask, processMember, removeTasks } from './stored-tasks.ts';

const ARGS = { memberId: 'm', authorization: 'Basic abc' };

describe('what operators do to tasks', () => {
  const admin = shareAdmin();
  const operator = admin.signedIn('oleg', 'operator');
  beforeEach(() => removeTasks(admin));

  async function act(path: string, body: object): Promise<{ message: string; newIds: string[] }> {
    const response = await operator.postJson(`/api/queue/tasks/${path}`, body);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as { message: string; newIds: string[] };
  }

  /** Goes through all rounds, as the page does. */
  async function actOnMatching(path: string, filter: object): Promise<{ done: number; skipped: number }> {
    let [done, skipped] = [0, 0];
    let next: MatchingRound['next'] = null;
    do {
      const response = await operator.postJson(`/api/queue/tasks/${path}`, { filter, ...next });
      expect(response.status).toBe(200);
      const round = (await response.json()) as MatchingRound;
      [done, skipped, next] = [done + round.done, skipped + round.skipped, round.next];
    } while (next);
    return { done, skipped };
  }

  const audited = () => admin.platform.database('admin.audit_log').orderBy('happened');
  const failures = () => admin.platform.database('queue.tasks').where({ success: false });

  it('send failed tasks back, each as a new task that names the old one, with a line in the audit log', async () => {
    const ids = await Promise.all([addTask(admin), addTask(admin, { group: 'books' })]);
    const { message, newIds } = await act('failed-tasks/actions/resubmit', { ids });
    expect(message).toBe('Resubmitted 2 tasks');
    expect(await failures()).toEqual([]);
    const tasks = await admin.queue.queuedTasks({ limit: 5, offset: 0 });
    expect(new Set(tasks.map(({ id }) => id))).toEqual(new Set(newIds));
    expect(new Set(tasks.map(({ options }) => options.resubmittedFrom))).toEqual(new Set(ids));
    expect(tasks.map(({ options }) => options.resubmittedBy)).toEqual(['oleg', 'oleg']);
    expect(await audited()).toMatchObject([
      { username: 'oleg', action: 'resubmit', resource: 'failed-tasks', record_ids: ids, outcome: 'done' },
    ]);
  });

  it('send no changed task back, and say why; nor does one keep those that match from it', async () => {
    const { database } = admin.platform;
    const [changed, good] = [await addTask(admin), await addTask(admin)];
    await database('queue.tasks')
      .where({ id: changed })
      .update({ args: { memberId: 'other' } });
    const response = await operator.postJson('/api/queue/tasks/failed-tasks/actions/resubmit', {
      ids: [changed],
    });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { detail: string }).detail).toContain(
      'it was changed in the database',
    );
    expect(await actOnMatching('failed-tasks/matching/resubmit', {})).toEqual({ done: 1, skipped: 1 });
    expect((await failures()).map(({ id }) => id)).toEqual([changed]);
    expect(await actOnMatching('failed-tasks/matching/resubmit', {})).toEqual({ done: 0, skipped: 1 });
    expect(await admin.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([
      { options: { resubmittedFrom: good } },
    ]);
  });

  it('say how many could not be, as somebody else was faster', async () => {
    const id = await addTask(admin);
    const { message } = await act('failed-tasks/actions/delete', { ids: [id, randomUUID()] });
    expect(message).toBe('Deleted 1 task; 1 could not be: running, or gone');
    expect(await audited()).toMatchObject([{ action: 'delete', detail: '1 of 2' }]);
  });

  it('cancel and delete what waits, in whichever queue', async () => {
    const [one = '', two = ''] = await admin.queue.asyncTasks(processMember, [
      { args: ARGS },
      { args: ARGS },
    ]);
    await act('queued-tasks/actions/cancel', { ids: [one], queue: 'composite' });
    expect(await failures()).toMatchObject([{ id: one, cancelled: true }]);
    await act('queued-tasks/actions/delete', { ids: [two], queue: 'composite' });
    const reports = openTaskQueue(admin.platform, 'reports');
    const three = await reports.asyncTask(processMember, ARGS);
    await act('queued-tasks/actions/cancel', { ids: [three], queue: 'reports' });
    expect(await failures()).toHaveLength(2);
    expect([await admin.queue.queueSize(), await reports.queueSize()]).toEqual([0, 0]);
    await reports.close();
  });

  it('ask for the end of what runs', async () => {
    const id = await addRunning(admin);
    expect((await act('running-tasks/actions/cancel', { ids: [id] })).message).toBe('Cancelled 1 task');
    expect(await admin.platform.database('queue.leases').first('cancelled_by')).toEqual({
      cancelled_by: 'oleg',
    });
  });

  it('do something to everything that matches a filter, in batches, each with its line', async () => {
    const { database } = admin.platform;
    await database.raw(
      `INSERT INTO queue.tasks (id, name, func, args, result, "group", cluster, started, stopped, success, attempt_count)
       SELECT gen_random_uuid(), 'n', 'composite.process_member', '{}', '{"error": "answered 503"}', 'books',
         'composite', now(), now() - interval '1 minute', false, 1 FROM generate_series(1, 750)`,
    );
    await signFailedTasks(admin.platform);
    const others = [await addTask(admin), await addTask(admin, { group: 'books' })];
    const done = await actOnMatching('failed-tasks/matching/resubmit', { group: 'books', error: 'answered' });
    expect(done).toEqual({ done: 750, skipped: 0 });
    expect(await admin.queue.queueSize()).toBe(750);
    expect(new Set((await failures()).map(({ id }) => id))).toEqual(new Set(others));
    const lines: { action: string; record_count: number; detail: string }[] = await audited();
    expect(lines.map(({ record_count }) => record_count)).toEqual([500, 250]);
    expect(lines[0]).toMatchObject({
      action: 'resubmit',
      detail: '500 of all that match group books, an error',
    });
    expect(await actOnMatching('queued-tasks/matching/cancel', { group: 'books' })).toMatchObject({
      done: 750,
    });
    expect(await admin.queue.queueSize()).toBe(0);
    expect(await actOnMatching('failed-tasks/matching/delete', { cancelled: 'yes' })).toMatchObject({
      done: 750,
    });
  });

  it('leave what failed after they were asked', async () => {
    const until = '2026-01-15T00:00:00.000Z';
    const later = await addTask(admin, { stopped: '2026-02-01T00:00:00Z' });
    await addTask(admin);
    const response = await operator.postJson('/api/queue/tasks/failed-tasks/matching/delete', {
      filter: {},
      until,
    });
    expect(await response.json()).toEqual({ done: 1, skipped: 0, next: null });
    expect(await failures()).toMatchObject([{ id: later }]);
  });

  it('are refused to viewers, without the token, and on a GET; a refusal has its line', async () => {
    const id = await addTask(admin);
    const viewer = await signInAs(admin, 'vera', 'viewer');
    const path = '/api/queue/tasks/failed-tasks/actions/delete';
    expect((await viewer.postJson(path, { ids: [id] })).status).toBe(403);
    expect((await operator.postJson(path, { ids: [id] }, { 'x-xsrf-token': '' })).status).toBe(403);
    expect((await operator.postJson(path, { ids: [id] }, { origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await operator.get(`${path}?ids=${id}`)).status).toBe(404);
    expect(await failures()).toHaveLength(1);
    const refused = (await audited()).filter(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject([{ username: 'vera', action: 'delete', resource: 'failed-tasks' }]);
  });

  it.each([
    ['failed-tasks/actions/delete', { ids: [] }, 400],
    ['failed-tasks/actions/delete', { ids: ['no uuid'] }, 400],
    ['failed-tasks/actions/delete', {}, 400],
    ['failed-tasks/actions/cancel', { ids: [randomUUID()] }, 404],
    ['successful-tasks/actions/resubmit', { ids: [randomUUID()] }, 404],
    ['nothing/actions/delete', { ids: [randomUUID()] }, 404],
    ['queued-tasks/actions/cancel', { ids: [randomUUID()], queue: 'not-there' }, 404],
  ])('are refused where they make no sense: %s %j', async (path, body, status) => {
    const response = await operator.postJson(`/api/queue/tasks/${path}`, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail: expect.any(String) });
    expect(await admin.platform.database('pgboss.queue').where({ name: 'not-there' })).toEqual([]);
  });
});
