import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ScheduleDetail, ScheduleRow } from '../../../src/admin/queue/shapes.ts';
import type { RowPage } from '../../../src/app-kit/admin/row-page.ts';
import { findSchedule, schedule } from '../../../src/queue/index.ts';
import { signInAs } from '../admin-client.ts';
import { shareAdmin } from '../shared-admin.ts';
import { processMember, removeTasks } from './stored-tasks.ts';

/** What the page's form sends. */
const FORM = {
  name: 'nightly',
  func: 'composite.process_member',
  args: '{"memberId": "m", "authorization": "Basic abc"}',
  queue: 'composite',
  scheduleType: 'cron',
  minutes: '',
  cron: '30 2 * * *',
  repeats: '-1',
  nextRun: '',
  timeZone: 'Europe/Zurich',
  catchUp: 'no',
  hook: '',
  intendedDateKwarg: '',
};

describe("the admin's schedules", () => {
  const admin = shareAdmin();
  const operator = admin.signedIn('oleg', 'operator');
  beforeEach(() => removeTasks(admin));

  const post = (path: string, body: object) => operator.postJson(`/api/queue/schedules${path}`, body);
  const get = (path: string) => operator.get(`/api/queue/schedules${path}`);
  const show = async (id: string) => (await (await get(`/${id}`)).json()) as ScheduleDetail;

  async function create(form: object = FORM): Promise<string> {
    const response = await post('', form);
    expect(response.status).toBe(200);
    return ((await response.json()) as { id: string }).id;
  }

  it('are created by a form, listed, and shown with their next five runs; secrets are nowhere', async () => {
    const id = await create();
    const list = (await (await get('')).json()) as RowPage<ScheduleRow>;
    expect(list).toMatchObject({ next: null, count: { count: 1 } });
    expect(list.rows).toMatchObject([
      { id, name: 'nightly', cron: '30 2 * * *', paused: false, lastRun: null },
    ]);
    const shown = await show(id);
    expect(shown).toMatchObject({
      args: { memberId: 'm' },
      secretArguments: ['authorization'],
      catchUp: false,
    });
    expect(shown.nextRuns).toHaveLength(5);
    expect(JSON.stringify([list, shown])).not.toMatch(/sealed|Basic/);
    expect(await admin.platform.database('admin.audit_log')).toMatchObject([
      {
        action: 'create',
        resource: 'schedules',
        record_ids: [id],
        detail: 'nightly composite.process_member',
      },
    ]);
  });

  it('show their next runs while the form is filled in', async () => {
    const nextRun = new Date(Date.now() + 3_600_000).toISOString();
    const query = new URLSearchParams({ scheduleType: 'minutes', minutes: '10', repeats: '3', nextRun });
    const { runs } = (await (await get(`/preview?${query}`)).json()) as { runs: string[] };
    expect(runs.map((run) => (Date.parse(run) - Date.parse(nextRun)) / 60_000)).toEqual([0, 10, 20]);
    for (const bad of [
      'scheduleType=cron&cron=61+*+*+*+*',
      'scheduleType=minutes',
      'scheduleType=never',
      'timeZone=Mars',
    ]) {
      const response = await get(`/preview?${bad}`);
      expect([bad, response.status]).toEqual([bad, 400]);
      expect(await response.json()).toEqual({ detail: expect.any(String) });
    }
  });

  it.each([
    [{ func: 'nothing.here' }, 400, 'nothing.here'],
    [{ func: '' }, 400, 'needs a function'],
    [{ args: '{' }, 400, 'not valid JSON'],
    [{ args: '[1]' }, 400, 'JSON object'],
    [{ args: '{"memberId": {"$sealed": "AAAA"}, "authorization": "Basic x"}' }, 400, '$sealed'],
    [{ args: '{"memberId": "m", "authorization": {"$sealed": "AAAA"}}' }, 400, '$sealed'],
    [{ cron: 'now' }, 400, 'now'],
    [{ repeats: 'often' }, 400, 'no whole number'],
    [{ queue: 'a queue' }, 400, 'a queue'],
    [{ hook: 'nothing.here' }, 400, 'nothing.here'],
  ])('are refused with what is wrong: %j', async (change, status, said) => {
    const response = await post('', { ...FORM, ...change });
    expect(response.status).toBe(status);
    expect(((await response.json()) as { detail: string }).detail).toContain(said);
    expect(await admin.platform.database('queue.schedules')).toEqual([]);
  });

  it('have names of their own', async () => {
    await create();
    expect((await post('', FORM)).status).toBe(409);
  });

  it('are changed by the same form; secrets and options that it does not have stay', async () => {
    const { platform } = admin;
    const id = await schedule(
      platform,
      processMember,
      { memberId: 'm', authorization: 'Basic abc' },
      { name: 'old', scheduleType: 'daily', qOptions: { timeout: 60, priority: 4, taskName: 'each' } },
    );
    const before = await findSchedule(platform.database, id);
    const response = await post(`/${id}`, {
      ...FORM,
      name: 'new',
      args: '{"memberId": "m", "note": "n"}',
      scheduleType: 'daily',
      timeZone: before?.timeZone,
      nextRun: before?.nextRun.toISOString(),
    });
    expect(response.status).toBe(200);
    const after = await findSchedule(platform.database, id);
    expect(after).toMatchObject({ name: 'new', taskName: 'each', nextRun: before?.nextRun });
    expect(after?.taskOptions).toEqual({ timeoutSeconds: 60, priority: 4 });
    expect(after?.args).toEqual({ memberId: 'm', note: 'n', authorization: before?.args['authorization'] });
    expect((await show(id)).taskOptions).toEqual({ timeoutSeconds: 60, priority: 4 });
  });

  it('keep no secret that would be used for another', async () => {
    const id = await create();
    const response = await post(`/${id}`, { ...FORM, args: '{"memberId": "n"}' });
    expect([response.status, await response.json()]).toEqual([
      400,
      { detail: 'The secrets of the schedule belong to other arguments: give authorization again' },
    ]);
  });

  it('that were changed in the database are not run, and say why', async () => {
    const id = await create();
    await admin.platform
      .database('queue.schedules')
      .where({ id })
      .update({ args: { memberId: 'n' } });
    const response = await post('/actions/run', { ids: [id] });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { detail: string }).detail).toContain(
      'it was changed in the database',
    );
    expect(await admin.queue.queueSize()).toBe(0);
  });

  it('are run now, paused, resumed and deleted', async () => {
    const ids = [await create(), await create({ ...FORM, name: 'other' })];
    expect(await (await post('/actions/run', { ids })).json()).toEqual({
      message: 'Enqueued a task of 2 schedules',
    });
    expect(await admin.queue.queueSize()).toBe(2);
    await post('/actions/pause', { ids });
    expect(await show(ids[0] ?? '')).toMatchObject({ paused: true, lastTaskId: expect.any(String) });
    await post('/actions/resume', { ids });
    expect(await show(ids[0] ?? '')).toMatchObject({ paused: false });
    expect(await (await post('/actions/delete', { ids })).json()).toEqual({ message: 'Deleted 2 schedules' });
    expect((await get(`/${ids[0]}`)).status).toBe(404);
    expect((await post('/actions/explode', { ids })).status).toBe(404);
    const actions = await admin.platform.database('admin.audit_log').orderBy('happened').pluck('action');
    expect(actions).toEqual(['create', 'create', 'run', 'pause', 'resume', 'delete']);
  });

  it('are looked at by viewers, and changed by operators alone', async () => {
    const id = await create();
    const viewer = await signInAs(admin, 'vera', 'viewer');
    expect((await viewer.get(`/api/queue/schedules/${id}`)).status).toBe(200);
    expect((await viewer.get('/api/queue/schedules/choices')).status).toBe(200);
    for (const path of ['', `/${id}`, '/actions/delete']) {
      expect((await viewer.postJson(`/api/queue/schedules${path}`, { ...FORM, ids: [id] })).status).toBe(403);
    }
    expect(await findSchedule(admin.platform.database, id)).toBeDefined();
  });
});
