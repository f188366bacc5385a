import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declareSchedule } from '../../../src/queue/schedules/declared-schedule.ts';
import { changeSchedule, schedule } from '../../../src/queue/schedules/schedule.ts';
import { listSchedules, type StoredSchedule } from '../../../src/queue/schedules/stored-schedule.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { SchedulesUnderTest } from './test-schedules.ts';

const report = defineTaskFunction<Record<string, never>, null>({
  name: 'test.report',
  load: async () => async () => null,
});

describe('a schedule that code declares', () => {
  let test: SchedulesUnderTest;
  beforeEach(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterEach(() => test.close());

  const declare = (minutes: number) =>
    declareSchedule(test.platform, report, {}, { name: 'reports', scheduleType: 'minutes', minutes });

  async function onlySchedule(): Promise<StoredSchedule> {
    const [only, ...others] = await listSchedules(test.platform.database, { limit: 10, offset: 0 });
    if (!only || others.length > 0) throw new Error('There is one schedule');
    return only;
  }

  it('is made once, however many engines start', async () => {
    await Promise.all([declare(60), declare(60), declare(60)]);
    expect(await onlySchedule()).toMatchObject({ name: 'reports', scheduleType: 'minutes', minutes: 60 });
  });

  it('has new times where the code has, and does not wait for the end of the old ones', async () => {
    await declare(100_000);
    await test.platform.database.raw(`UPDATE queue.schedules SET next_run = now() + interval '50 days'`);
    await Promise.all([declare(5), declare(5)]);
    const { minutes, nextRun, id } = await onlySchedule();
    expect(minutes).toBe(5);
    expect(nextRun.getTime()).toBeLessThanOrEqual(Date.now() + 301_000);
    await declare(100_000);
    expect(await onlySchedule()).toMatchObject({ id, minutes: 100_000, nextRun });
  });

  it('keeps its next slot where nothing has changed', async () => {
    await declare(60);
    const before = await onlySchedule();
    await declare(60);
    expect(await onlySchedule()).toEqual(before);
  });

  it('keeps the times that an operator has given it', async () => {
    await declare(60);
    const { id } = await onlySchedule();
    await changeSchedule(test.platform, id, report, {}, { name: 'reports', scheduleType: 'hourly' });
    await declare(30);
    await declare(20);
    expect(await onlySchedule()).toMatchObject({ scheduleType: 'hourly', minutes: null });
  });

  it('stays paused', async () => {
    await declare(60);
    await test.platform.database('queue.schedules').update({ paused: true });
    await declare(30);
    expect(await onlySchedule()).toMatchObject({ minutes: 30, paused: true });
  });

  it('that was there before it was declared stays as it is, and follows from then on', async () => {
    await schedule(test.platform, report, {}, { name: 'reports', scheduleType: 'minutes', minutes: 7 });
    await declare(60);
    expect((await onlySchedule()).minutes).toBe(7);
    await test.platform.database('queue.schedules').update({ minutes: 60 });
    await declare(30);
    expect((await onlySchedule()).minutes).toBe(30);
  });
});
