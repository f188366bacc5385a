import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changeSchedule, runScheduleNow, schedule } from '../../../src/queue/index.ts';
import { ScheduleSigner } from '../../../src/queue/schedules/schedule-signer.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { eventually } from '../../support/eventually.ts';
import { SchedulesUnderTest } from './test-schedules.ts';

type ReportArguments = { readonly title: string; readonly token?: string };

const report = defineTaskFunction<ReportArguments, null>({
  name: 'test.report',
  secretArguments: ['token'],
  load: async () => async () => null,
});

/** Its secrets belong to its title. */
const ownReport = defineTaskFunction<ReportArguments, null>({
  name: 'test.own_report',
  secretArguments: ['token'],
  secretSubject: ({ title = '' }) => title,
  load: async () => async () => null,
});

const CHANGED =
  'it was changed in the database, or signed with a DJANGO_SECRET_KEY that this process does not have';

describe('a schedule that was changed in the database', () => {
  let test: SchedulesUnderTest;
  beforeEach(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterEach(() => test.close());

  const change = (id: string, columns: Record<string, unknown>) =>
    test.platform.database('queue.schedules').where({ id }).update(columns);

  const make = (args: ReportArguments, cluster = 'composite') =>
    schedule(test.platform, report, args, { scheduleType: 'daily', cluster });

  it.each<[string, Record<string, unknown>]>([
    ['function', { func: 'test.own_report' }],
    ['arguments', { args: { title: 'other' } }],
    ['hook', { hook: 'test.report' }],
    ['options', { task_options: { timeoutSeconds: 1 } }],
    ['name', { name: 'other' }],
    ['task name', { task_name: 'other' }],
    ['argument for the slot', { intended_date_kwarg: 'title' }],
    ['signature', { signature: null }],
  ])('with another %s enqueues nothing, says why, and loses no slot', async (_what, columns) => {
    const id = await make({ title: 'changed', token: 't' });
    await change(id, columns);
    const before = await test.stored(id);
    await make({ title: 'sound' });
    test.startScheduler();
    const stored = await eventually(async () => {
      const found = await test.stored(id);
      return found.error === null ? undefined : found;
    });
    expect(stored.error).toBe(`Nothing was enqueued: ${CHANGED}. To sign it again, check it, and save it.`);
    expect(stored).toMatchObject({ paused: false, missedSlots: 0, lastRun: null, nextRun: before.nextRun });
    await eventually(async () => (await test.tasks()).length > 0);
    expect((await test.tasks()).map(({ args }) => args)).toEqual([{ title: 'sound' }]);
    expect(test.log.events().filter(({ scheduleId }) => scheduleId === id)).toMatchObject([
      { msg: 'schedule left alone: it cannot be verified' },
    ]);
  });

  it('is not put into another queue', async () => {
    const id = await make({ title: 'elsewhere' }, 'other');
    await change(id, { cluster: 'composite' });
    test.startScheduler();
    await eventually(async () => (await test.stored(id)).error !== null);
    expect(await test.tasks()).toEqual([]);
  });

  it('is not run by hand either', async () => {
    const id = await make({ title: 'changed' });
    await change(id, { args: { title: 'other' } });
    await expect(runScheduleNow(test.platform, id)).rejects.toThrow(CHANGED);
    expect(await test.tasks()).toEqual([]);
  });

  it('runs again, with the slot that is due, once it was saved', async () => {
    const id = await make({ title: 'changed' });
    await change(id, { args: { title: 'other' } });
    test.startScheduler();
    await eventually(async () => (await test.stored(id)).error !== null);
    const { nextRun } = await test.stored(id);
    await changeSchedule(test.platform, id, report, { title: 'right' }, { scheduleType: 'daily', nextRun });
    await eventually(async () => (await test.tasks()).length > 0);
    expect((await test.tasks()).map(({ args }) => args)).toEqual([{ title: 'right' }]);
  });

  it('that was signed with an earlier key is run, and is signed with the key of today', async () => {
    const id = await make({ title: 'rotated' });
    const { signature } = await test.stored(id);
    test.startScheduler({
      environment: { DJANGO_SECRET_KEY: 'new', SECRET_KEY_FALLBACKS: 'a key for tests' },
    });
    await eventually(async () => (await test.tasks()).length > 0);
    const later = await eventually(async () => {
      const found = await test.stored(id);
      return found.lastRun === null ? undefined : found;
    });
    expect(later.error).toBeNull();
    expect(later.signature).not.toBe(signature);
    const { settings } = test.platform;
    const signer = new ScheduleSigner({
      settings: { ...settings, secretKey: 'new', secretKeyFallbacks: [] },
    });
    expect(signer.isSigned(later)).toBe(true);
  });

  it('cannot be saved with the secrets that somebody put into it', async () => {
    const [mine, theirs] = [await make({ title: 'mine' }), await make({ title: 'theirs', token: 'theirs' })];
    const { args } = await test.stored(theirs);
    await change(mine, { args });
    const save = (given: ReportArguments) =>
      changeSchedule(test.platform, mine, report, given, { scheduleType: 'daily' });
    await expect(save({ title: 'mine' })).rejects.toThrow(
      'The schedule was changed in the database, so that its secrets cannot be kept: give token again',
    );
    await save({ title: 'mine', token: 'mine' });
  });
});

describe('the secrets of a schedule', () => {
  let test: SchedulesUnderTest;
  beforeEach(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterEach(() => test.close());

  it('have to be given again when they would be used for something else', async () => {
    const options = { scheduleType: 'daily' } as const;
    const id = await schedule(test.platform, ownReport, { title: 'mine', token: 't' }, options);
    await changeSchedule(test.platform, id, ownReport, { title: 'mine' }, { ...options, repeats: 3 });
    expect((await test.stored(id)).args).toMatchObject({ token: { $sealed: expect.any(String) } });
    await expect(changeSchedule(test.platform, id, ownReport, { title: 'other' }, options)).rejects.toThrow(
      'The secrets of the schedule belong to other arguments: give token again',
    );
    await changeSchedule(test.platform, id, ownReport, { title: 'other', token: 'u' }, options);
  });
});
