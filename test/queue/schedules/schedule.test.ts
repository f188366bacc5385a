import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  changeSchedule,
  previewRuns,
  ScheduleNameTakenError,
  ScheduleNotFoundError,
  schedule,
} from '../../../src/queue/schedules/schedule.ts';
import {
  deleteSchedules,
  pauseSchedules,
  resumeSchedules,
  runScheduleNow,
} from '../../../src/queue/schedules/schedule-actions.ts';
import { type ScheduleOptions, ScheduleOptionsError } from '../../../src/queue/schedules/schedule-options.ts';
import { nextRuns } from '../../../src/queue/schedules/slot-plan.ts';
import { findSchedule, listSchedules } from '../../../src/queue/schedules/stored-schedule.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { TaskOptionsError } from '../../../src/queue/tasks/task-options.ts';
import { SchedulesUnderTest } from './test-schedules.ts';

const report = defineTaskFunction<{ title: string; slot?: string; pages?: number; token?: string }, null>({
  name: 'test.report',
  secretArguments: ['token'],
  load: async () => async () => null,
});

const remind = defineTaskFunction<{ slot: string }, null>({
  name: 'test.remind',
  load: async () => async () => null,
});

const UNKNOWN_ID = '9b2e4f3a-52f1-4c7e-8a6d-3f0e1c2b4a59';

/** A day in a year that is far enough away for every test. */
function at(time: string): Date {
  return new Date(`2126-01-15T${time}Z`);
}

describe('a schedule', () => {
  let test: SchedulesUnderTest;
  beforeEach(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterEach(() => test.close());

  it('is kept as it was told, with its secrets sealed', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'monthly', token: 'a secret' },
      {
        name: 'monthly report',
        hook: report,
        scheduleType: 'monthly',
        repeats: 12,
        nextRun: at('10:00:00'),
        cluster: 'long',
        intendedDateKwarg: 'slot',
        qOptions: { timeout: 60, taskName: 'the monthly one' },
        catchUp: false,
        timeZone: 'America/New_York',
      },
    );
    expect(await test.stored(id)).toMatchObject({
      id,
      name: 'monthly report',
      cluster: 'long',
      func: 'test.report',
      args: { title: 'monthly', token: { $sealed: expect.any(String) } },
      hook: 'test.report',
      taskName: 'the monthly one',
      taskOptions: { timeoutSeconds: 60 },
      scheduleType: 'monthly',
      minutes: null,
      cron: null,
      repeats: 12,
      firstRun: at('10:00:00'),
      nextRun: at('10:00:00'),
      intendedDateKwarg: 'slot',
      catchUp: false,
      timeZone: 'America/New_York',
      paused: false,
      lastRun: null,
      lastTaskId: null,
      lastSuccess: null,
      error: null,
      missedSlots: 0,
    });
  });

  it('is for once, now, without end, in the queue and the time zone of the settings, where nothing is said', async () => {
    const before = Date.now();
    const id = await schedule(test.platform, report, { title: 'plain' });
    const stored = await test.stored(id);
    expect(stored).toMatchObject({ scheduleType: 'once', repeats: -1, cluster: 'composite', name: null });
    expect(stored).toMatchObject({ timeZone: 'Europe/Zurich', catchUp: null, hook: null, taskOptions: {} });
    expect(Math.abs(stored.nextRun.getTime() - before)).toBeLessThan(60_000);
  });

  it('of the type cron begins with its first slot, from nextRun on', async () => {
    const options = { scheduleType: 'cron', cron: '30 9 * * *', timeZone: 'UTC' } as const;
    const onTime = await schedule(
      test.platform,
      report,
      { title: '' },
      { ...options, nextRun: at('09:30:00') },
    );
    const later = await schedule(
      test.platform,
      report,
      { title: '' },
      { ...options, nextRun: at('09:30:01') },
    );
    expect((await test.stored(onTime)).nextRun).toEqual(at('09:30:00'));
    expect((await test.stored(later)).nextRun).toEqual(new Date('2126-01-16T09:30:00Z'));
  });

  it('is there if and only if its transaction commits', async () => {
    const broken = test.platform.database.transaction(async (transaction) => {
      await schedule(test.platform, report, { title: 'never' }, { transaction });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await listSchedules(test.platform.database, { limit: 9, offset: 0 })).toEqual([]);
  });

  it('does not compile with arguments that its function does not take', async () => {
    const wrong = [
      // @ts-expect-error -- a title is a text
      () => schedule(test.platform, report, { title: 1 }),
      // @ts-expect-error -- the slot is given by nobody
      () => schedule(test.platform, remind, {}),
      // @ts-expect-error -- pages are no text
      () => schedule(test.platform, report, { title: '' }, { intendedDateKwarg: 'pages' }),
    ];
    expect(wrong).toHaveLength(3);
    await schedule(test.platform, remind, {}, { intendedDateKwarg: 'slot' });
  });

  it('is refused with what none of its tasks could have', async () => {
    const wrongOption = schedule(test.platform, report, { title: '' }, { qOptions: { timeout: -1 } });
    await expect(wrongOption).rejects.toThrow(TaskOptionsError);
    const wrongArgument = schedule(test.platform, report, { title: '', pages: Number.NaN });
    await expect(wrongArgument).rejects.toThrow('The argument pages of a call of test.report is NaN');
  });

  it('has a name of its own', async () => {
    await schedule(test.platform, report, { title: '' }, { name: 'nightly' });
    const second = schedule(test.platform, report, { title: '' }, { name: 'nightly' });
    await expect(second).rejects.toThrow(ScheduleNameTakenError);
    const other = await schedule(test.platform, report, { title: '' }, { name: 'daily' });
    const renamed = changeSchedule(test.platform, other, report, { title: '' }, { name: 'nightly' });
    await expect(renamed).rejects.toThrow('There is a schedule with the name "nightly" already');
  });

  it('is listed by when it is due, and at the end once it is over', async () => {
    const late = await schedule(test.platform, report, { title: '' }, { nextRun: at('12:00:00') });
    const soon = await schedule(test.platform, report, { title: '' }, { nextRun: at('11:00:00') });
    const over = await schedule(
      test.platform,
      report,
      { title: '' },
      { nextRun: at('10:00:00'), repeats: 0 },
    );
    const list = (page: { limit: number; offset: number; ids?: string[] }) =>
      listSchedules(test.platform.database, page).then((found) => found.map(({ id }) => id));
    expect(await list({ limit: 9, offset: 0 })).toEqual([soon, late, over]);
    expect(await list({ limit: 1, offset: 1 })).toEqual([late]);
    expect(await list({ limit: 9, offset: 0, ids: [late] })).toEqual([late]);
  });

  it('tells its next runs, as many as it has', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: '' },
      { scheduleType: 'daily', nextRun: at('10:00:00'), repeats: 3, timeZone: 'UTC' },
    );
    const days = ['2126-01-15T10:00:00Z', '2126-01-16T10:00:00Z', '2126-01-17T10:00:00Z'].map(
      (day) => new Date(day),
    );
    expect(nextRuns(await test.stored(id), 5)).toEqual(days);
    expect(nextRuns(await test.stored(id), 2)).toEqual(days.slice(0, 2));
    expect(nextRuns({ ...(await test.stored(id)), repeats: 0 }, 5)).toEqual([]);
  });

  it('shows its next runs before it is made', async () => {
    const times = {
      scheduleType: 'cron',
      cron: '0 8 * * MON',
      nextRun: at('00:00:00'),
      timeZone: 'UTC',
    } as const;
    expect(await previewRuns(test.platform, times, 2)).toEqual([
      new Date('2126-01-21T08:00:00Z'),
      new Date('2126-01-28T08:00:00Z'),
    ]);
    expect(await previewRuns(test.platform, { nextRun: at('10:00:00') }, 5)).toEqual([at('10:00:00')]);
    await expect(previewRuns(test.platform, { scheduleType: 'cron', cron: 'x' }, 5)).rejects.toThrow(
      ScheduleOptionsError,
    );
  });

  it('misses its slots while it is paused, and goes on with the next one', async () => {
    const daily = await schedule(test.platform, report, { title: '' }, { scheduleType: 'daily' });
    const once = await schedule(test.platform, report, { title: '' });
    const running = await schedule(test.platform, report, { title: '' }, { nextRun: at('10:00:00') });
    expect(await pauseSchedules(test.platform.database, [daily, once])).toBe(2);
    const missed = await test.delay(daily, 36 * 3_600);
    const { nextRun } = await test.stored(once);
    expect(await resumeSchedules(test.platform.database, [daily, once, running])).toBe(2);
    const resumed = await test.stored(daily);
    expect(resumed.paused).toBe(false);
    expect(resumed.nextRun > new Date()).toBe(true);
    expect(resumed.nextRun.getTime() - missed.getTime()).toBeLessThan(50 * 3_600_000);
    expect((await test.stored(once)).nextRun).toEqual(nextRun);
  });

  it('runs at once when asked to, without losing a slot', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'now' },
      { scheduleType: 'daily', nextRun: at('10:00:00'), repeats: 5, intendedDateKwarg: 'slot' },
    );
    const taskId = await runScheduleNow(test.platform, id);
    expect(await test.tasks()).toMatchObject([{ id: taskId, group: id, args: { title: 'now' } }]);
    const stored = await test.stored(id);
    expect(stored).toMatchObject({ lastTaskId: taskId, repeats: 5, nextRun: at('10:00:00') });
    expect(stored.lastRun).not.toBeNull();
    await expect(runScheduleNow(test.platform, UNKNOWN_ID)).rejects.toThrow(ScheduleNotFoundError);
  });

  it('tells how its last task ended', async () => {
    const id = await schedule(test.platform, report, { title: '' }, { nextRun: at('10:00:00') });
    const taskId = await runScheduleNow(test.platform, id);
    expect((await test.stored(id)).lastSuccess).toBeNull();
    await test.platform.database.raw(
      `INSERT INTO queue.tasks (id, name, func, args, cluster, started, stopped, success, attempt_count)
       VALUES (?, 'a task', 'test.report', '{}', 'composite', now(), now(), true, 1)`,
      [taskId],
    );
    expect((await test.stored(id)).lastSuccess).toBe(true);
  });

  it('is gone when it is deleted', async () => {
    const id = await schedule(test.platform, report, { title: '' }, { name: 'gone' });
    expect(await deleteSchedules(test.platform.database, [id, UNKNOWN_ID])).toBe(1);
    expect(await findSchedule(test.platform.database, id)).toBeUndefined();
    await schedule(test.platform, report, { title: '' }, { name: 'gone' });
  });

  describe('that is changed', () => {
    const monthly = {
      scheduleType: 'monthly',
      nextRun: new Date('2126-01-31T10:00:00Z'),
      timeZone: 'UTC',
    } as const;

    it('becomes what is told, and keeps its past', async () => {
      const id = await schedule(test.platform, report, { title: 'old' }, { ...monthly, name: 'old name' });
      const taskId = await runScheduleNow(test.platform, id);
      const change = { scheduleType: 'daily', nextRun: at('11:00:00'), hook: report } as const;
      await changeSchedule(test.platform, id, report, { title: 'new' }, change);
      expect(await test.stored(id)).toMatchObject({
        ...{ name: null, args: { title: 'new' }, hook: 'test.report', scheduleType: 'daily' },
        ...{ firstRun: at('11:00:00'), nextRun: at('11:00:00'), lastTaskId: taskId },
      });
    });

    it('keeps its next slot, and the day from which it counts, where its times stay the same', async () => {
      const id = await schedule(test.platform, report, { title: '' }, monthly);
      const overdue = await test.delay(id, 365 * 86_400 * 101);
      const { firstRun } = await test.stored(id);
      await changeSchedule(test.platform, id, report, { title: 'new' }, { ...monthly, nextRun: overdue });
      expect(await test.stored(id)).toMatchObject({ args: { title: 'new' }, firstRun, nextRun: overdue });
    });

    it('begins its new times with the next slot of the old ones', async () => {
      const id = await schedule(test.platform, report, { title: '' }, monthly);
      await changeSchedule(test.platform, id, report, { title: '' }, { scheduleType: 'weekly' });
      const stored = await test.stored(id);
      expect(stored).toMatchObject({ firstRun: monthly.nextRun, nextRun: monthly.nextRun });
    });

    it('keeps the secrets that are left out, and takes those that are given', async () => {
      const id = await schedule(test.platform, report, { title: '', token: 'first' }, monthly);
      const sealed = (await test.stored(id)).args['token'];
      await changeSchedule(test.platform, id, report, { title: 'new' }, monthly);
      expect((await test.stored(id)).args).toEqual({ title: 'new', token: sealed });
      await changeSchedule(test.platform, id, report, { title: 'new', token: 'second' }, monthly);
      expect((await test.stored(id)).args['token']).not.toEqual(sealed);
      await changeSchedule(test.platform, id, remind, { slot: 'x' }, monthly);
      expect((await test.stored(id)).args).toEqual({ slot: 'x' });
    });

    it('has to be there', async () => {
      const change = changeSchedule(test.platform, UNKNOWN_ID, report, { title: '' }, {});
      await expect(change).rejects.toThrow(ScheduleNotFoundError);
    });
  });
});

describe('a schedule is refused with', () => {
  let test: SchedulesUnderTest;
  beforeAll(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterAll(() => test.close());

  it.each<[string, ScheduleOptions, string]>([
    [
      'an unknown type',
      { scheduleType: JSON.parse('"fortnightly"') },
      'scheduleType of a schedule is "fortnightly"; it can be one of once, minutes',
    ],
    ['minutes that are missing', { scheduleType: 'minutes' }, 'minutes of a schedule is missing'],
    ['minutes for another type', { scheduleType: 'daily', minutes: 5 }, "needs scheduleType: 'minutes'"],
    [
      'no minutes',
      { scheduleType: 'minutes', minutes: 0 },
      'minutes of a schedule is 0; it can be a whole number from 1',
    ],
    ['half minutes', { scheduleType: 'minutes', minutes: 1.5 }, 'minutes of a schedule is 1.5'],
    ['a cron that is missing', { scheduleType: 'cron' }, 'cron of a schedule is missing'],
    ['a cron for another type', { cron: '* * * * *' }, "needs scheduleType: 'cron'"],
    [
      'a cron that does not parse',
      { scheduleType: 'cron', cron: '0 25 * * *' },
      'The cron "0 25 * * *" does not parse: Invalid value for hour: 25',
    ],
    [
      'a cron that never comes',
      { scheduleType: 'cron', cron: '0 0 31 6 *' },
      'cron of a schedule is "0 0 31 6 *", which no day fits',
    ],
    [
      'a time in the past',
      { nextRun: new Date('2020-05-01T10:00:00Z') },
      'nextRun of a schedule is 2020-05-01T10:00:00.000Z, in the past',
    ],
    ['a time that is none', { nextRun: new Date('soon') }, 'nextRun of a schedule is no date'],
    ['fewer repeats than none', { repeats: -2 }, 'repeats of a schedule is -2'],
    ['half repeats', { repeats: 0.5 }, 'repeats of a schedule is 0.5'],
    ['no time zone', { timeZone: 'Mars/Base' }, '"Mars/Base" is no time zone'],
    ['an empty name', { name: '' }, 'name of a schedule has 0 characters'],
    ['a long name', { name: 'x'.repeat(251) }, 'name of a schedule has 251 characters; it can have 1 to 250'],
    ['a queue with a strange name', { cluster: 'no such?' }, 'cluster of a schedule is "no such?"'],
    [
      'a secret argument for its slot',
      { intendedDateKwarg: JSON.parse('"token"') },
      'intendedDateKwarg of a schedule is "token", a secret argument',
    ],
  ])('%s', async (_what, options, message) => {
    const made = schedule(test.platform, report, { title: 'wrong' }, options as ScheduleOptions<never>);
    await expect(made).rejects.toThrow(ScheduleOptionsError);
    await expect(made).rejects.toThrow(message);
    expect(await listSchedules(test.platform.database, { limit: 9, offset: 0 })).toEqual([]);
  });
});
