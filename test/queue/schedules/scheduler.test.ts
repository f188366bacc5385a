import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { schedule } from '../../../src/queue/schedules/schedule.ts';
import { deleteSchedules, pauseSchedules } from '../../../src/queue/schedules/schedule-actions.ts';
import { listSchedules } from '../../../src/queue/schedules/stored-schedule.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { eventually } from '../../support/eventually.ts';
import { SchedulesUnderTest } from './test-schedules.ts';

const report = defineTaskFunction<{ title: string; slot?: string; token?: string }, null>({
  name: 'test.report',
  secretArguments: ['token'],
  load: async () => async () => null,
});

const MINUTE_SECONDS = 60;

describe('a scheduler', () => {
  let test: SchedulesUnderTest;
  beforeEach(async () => {
    test = await SchedulesUnderTest.open();
  });
  afterEach(() => test.close());

  /** Resolves when so many tasks are enqueued. */
  function enqueued(count: number) {
    return eventually(async () => {
      const tasks = await test.tasks();
      return tasks.length >= count ? tasks : undefined;
    });
  }

  it('runs a schedule without a time at once, and deletes it where it is for once', async () => {
    const id = await schedule(test.platform, report, { title: 'now' }, { name: 'a report' });
    test.startScheduler();
    const [task] = await enqueued(1);
    expect(task).toMatchObject({ func: 'test.report', args: { title: 'now' }, group: 'a report' });
    await eventually(
      async () => (await listSchedules(test.platform.database, { limit: 9, offset: 0 })).length === 0,
    );
    await expect(test.stored(id)).rejects.toThrow('There is no schedule');
  });

  it('keeps a schedule for once that has a positive number of repeats, and runs it no more', async () => {
    const id = await schedule(test.platform, report, { title: 'kept' }, { repeats: 3 });
    test.startScheduler();
    const [task] = await enqueued(1);
    expect(await test.stored(id)).toMatchObject({ repeats: 0, lastTaskId: task?.id, error: null });
  });

  it('names the group by the id where the schedule has no name', async () => {
    const id = await schedule(test.platform, report, { title: 'nameless' });
    test.startScheduler();
    expect(await enqueued(1)).toMatchObject([{ group: id }]);
  });

  it('gives each task its slot and its options, and opens no secret', async () => {
    const nextRun = new Date(Date.now() + 1_000);
    await schedule(
      test.platform,
      report,
      { title: 'slot', token: 'a secret' },
      {
        scheduleType: 'daily',
        nextRun,
        intendedDateKwarg: 'slot',
        hook: report,
        qOptions: { taskName: 'the daily one', timeout: 30, priority: 5 },
      },
    );
    test.startScheduler();
    const [task] = await enqueued(1);
    expect(task).toMatchObject({
      name: 'the daily one',
      args: { title: 'slot', slot: nextRun.toISOString(), token: { $sealed: expect.any(String) } },
      options: { hook: 'test.report', timeoutSeconds: 30, priority: 5 },
    });
    expect(JSON.stringify(test.log.lines)).not.toContain('a secret');
  });

  it('runs every missed slot where it catches up', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'all' },
      { scheduleType: 'hourly', intendedDateKwarg: 'slot', nextRun: new Date(Date.now() + 60_000) },
    );
    const oldest = await test.delay(id, 4 * 60 * MINUTE_SECONDS);
    test.startScheduler();
    const slots = (await enqueued(4)).map(({ args }) => args['slot']);
    expect(slots).toEqual(
      [0, 1, 2, 3].map((hours) => new Date(oldest.getTime() + hours * 3_600_000).toISOString()),
    );
    const stored = await eventually(async () => {
      const found = await test.stored(id);
      return found.nextRun.getTime() === oldest.getTime() + 4 * 3_600_000 ? found : undefined;
    });
    expect(stored.missedSlots).toBe(0);
  });

  it('catches up however many slots there are, a bounded number in each transaction', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'many' },
      { scheduleType: 'cron', cron: '* * * * * *', repeats: 250, intendedDateKwarg: 'slot' },
    );
    await test.delay(id, 1_000);
    test.startScheduler();
    const tasks = await enqueued(250);
    await eventually(async () => (await test.stored(id)).repeats === 0);
    expect(new Set(tasks.map(({ args }) => args['slot'])).size).toBe(250);
    expect((await test.tasks()).length).toBe(250);
    const most = test.log
      .events()
      .map(({ taskIds }) => (Array.isArray(taskIds) ? taskIds.length : 0))
      .reduce((left, right) => Math.max(left, right), 0);
    expect(most).toBe(100);
  });

  it.each([
    ['the schedule says so', { catchUp: false }, true],
    ['the engine says so and the schedule nothing', {}, false],
  ])('runs missed slots once, for the oldest of them, where %s', async (_when, options, catchUp) => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'once' },
      { ...options, scheduleType: 'minutes', minutes: 10, intendedDateKwarg: 'slot' },
    );
    const oldest = await test.delay(id, 35 * MINUTE_SECONDS);
    test.startScheduler({ catchUp });
    expect(await enqueued(1)).toMatchObject([{ args: { slot: oldest.toISOString() } }]);
    const { nextRun } = await eventually(async () => {
      const found = await test.stored(id);
      return found.lastRun ? found : undefined;
    });
    expect(nextRun.getTime()).toBe(oldest.getTime() + 40 * MINUTE_SECONDS * 1_000);
    expect(await test.tasks()).toHaveLength(1);
  });

  it('runs no slot a second time when the clock of the database is set back', async () => {
    const times = { scheduleType: 'minutes', minutes: 10, intendedDateKwarg: 'slot' } as const;
    const id = await schedule(test.platform, report, { title: 'before' }, times);
    test.startScheduler();
    test.startScheduler();
    await enqueued(1);
    const ran = await eventually(async () => {
      const found = await test.stored(id);
      return found.lastRun ? found : undefined;
    });
    // As if the clock were an hour behind: what was now is an hour away.
    const nextSlot = await test.delay(id, -60 * MINUTE_SECONDS);
    await schedule(test.platform, report, { title: 'after' }, times);
    expect((await enqueued(2)).map(({ args }) => args['title'])).toEqual(['before', 'after']);
    expect(await test.stored(id)).toMatchObject({ nextRun: nextSlot, lastTaskId: ran.lastTaskId });
    // When the clock has come there again, it is that slot's turn, and no other's.
    const slot = await test.delay(id, 70 * MINUTE_SECONDS);
    const tasks = await enqueued(3);
    expect(tasks.at(-1)).toMatchObject({ args: { title: 'before', slot: slot.toISOString() } });
  });

  it('ends a schedule after its repeats, and leaves one alone that has none', async () => {
    const never = await schedule(
      test.platform,
      report,
      { title: 'never' },
      { scheduleType: 'daily', repeats: 0 },
    );
    const twice = await schedule(
      test.platform,
      report,
      { title: 'twice' },
      { scheduleType: 'hourly', repeats: 2 },
    );
    await test.delay(twice, 10 * 60 * MINUTE_SECONDS);
    test.startScheduler();
    await enqueued(2);
    await eventually(async () => (await test.stored(twice)).repeats === 0);
    expect((await test.tasks()).map(({ args }) => args['title'])).toEqual(['twice', 'twice']);
    expect(await test.stored(never)).toMatchObject({ lastRun: null });
  });

  it('runs neither paused schedules nor those of other queues', async () => {
    const paused = await schedule(test.platform, report, { title: 'paused' }, { scheduleType: 'daily' });
    await pauseSchedules(test.platform.database, [paused]);
    await schedule(test.platform, report, { title: 'elsewhere' }, { cluster: 'other' });
    await schedule(test.platform, report, { title: 'here' });
    test.startScheduler();
    expect(await enqueued(1)).toMatchObject([{ args: { title: 'here' } }]);
    expect((await test.stored(paused)).lastRun).toBeNull();
  });

  it('goes on with others when one cannot be computed any more, and pauses that one', async () => {
    const broken = await schedule(test.platform, report, { title: 'broken' }, { scheduleType: 'daily' });
    await test.platform.database('queue.schedules').where({ id: broken }).update({ time_zone: 'Mars/Base' });
    const sound = await schedule(test.platform, report, { title: 'sound' }, { scheduleType: 'daily' });
    test.startScheduler();
    expect(await enqueued(1)).toMatchObject([{ args: { title: 'sound' } }]);
    const stored = await eventually(async () => {
      const found = await test.stored(broken);
      return found.paused ? found : undefined;
    });
    expect(stored).toMatchObject({ error: expect.stringContaining('Mars/Base'), missedSlots: 1 });
    expect(await test.stored(sound)).toMatchObject({ paused: false, missedSlots: 0 });
    expect(test.log.events()).toContainEqual(
      expect.objectContaining({ scheduleId: broken, msg: 'schedule paused: its times cannot be computed' }),
    );
  });

  it('goes on with others when the task of one is refused, which has lost that slot', async () => {
    const refused = await schedule(test.platform, report, { title: 'refused' }, { scheduleType: 'daily' });
    const sound = await schedule(test.platform, report, { title: 'sound' }, { scheduleType: 'daily' });
    await test.platform.database.raw(
      `ALTER TABLE pgboss.job_common ADD CHECK (data #>> '{task,args,title}' <> 'refused')`,
    );
    test.startScheduler();
    expect(await enqueued(1)).toMatchObject([{ args: { title: 'sound' } }]);
    const stored = await eventually(async () => {
      const found = await test.stored(refused);
      return found.missedSlots > 0 ? found : undefined;
    });
    expect(stored).toMatchObject({ paused: false, missedSlots: 1, lastTaskId: null });
    expect(stored.error).toContain('violates check constraint');
    expect(stored.nextRun > new Date()).toBe(true);
    expect(await test.stored(sound)).toMatchObject({ missedSlots: 0, error: null });
  });

  it('loses no slot while tasks cannot be enqueued', async () => {
    const id = await schedule(test.platform, report, { title: 'patient' }, { scheduleType: 'daily' });
    let isAway = true;
    test.startScheduler({
      enqueue: async (tasks, transaction) => {
        if (isAway) throw new Error('the broker is away');
        return test.enqueue(tasks, transaction);
      },
    });
    await eventually(() =>
      test.log.events().some(({ msg }) => msg === 'schedules could not be run, trying again'),
    );
    expect(await test.stored(id)).toMatchObject({ lastRun: null, missedSlots: 0 });
    isAway = false;
    expect(await enqueued(1)).toMatchObject([{ args: { title: 'patient' } }]);
  });

  it('enqueues nothing of a slot that it could not move on from', async () => {
    const id = await schedule(test.platform, report, { title: 'both or neither' }, { scheduleType: 'daily' });
    await test.platform.database.raw(
      `ALTER TABLE queue.schedules ADD CONSTRAINT immovable CHECK (last_run IS NULL)`,
    );
    test.startScheduler();
    await eventually(() =>
      test.log.events().some(({ msg }) => msg === 'schedules could not be run, trying again'),
    );
    expect(await test.tasks()).toEqual([]);
    await deleteSchedules(test.platform.database, [id]);
  });

  it('enqueues one task for each slot, however many schedulers there are', async () => {
    const id = await schedule(
      test.platform,
      report,
      { title: 'each second' },
      { scheduleType: 'cron', cron: '* * * * * *', repeats: 8, intendedDateKwarg: 'slot' },
    );
    const first = (await test.stored(id)).nextRun.getTime();
    for (let count = 0; count < 10; count += 1) test.startScheduler();
    await eventually(async () => (await test.stored(id)).repeats === 0, 40_000);
    const slots = (await test.tasks()).map(({ args }) => args['slot']);
    expect(slots).toEqual(
      Array.from({ length: 8 }, (_, seconds) => new Date(first + seconds * 1_000).toISOString()),
    );
  });
});
