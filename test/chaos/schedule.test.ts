import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { schedule } from '../../src/queue/schedules/schedule.ts';
import { findSchedule } from '../../src/queue/schedules/stored-schedule.ts';
import { add, noteSlot } from '../queue/engine/fixtures/task-functions.ts';
import { QueueUnderTest } from '../queue/engine/test-engine.ts';
import { eventually } from '../support/eventually.ts';

jest.setTimeout(240_000);

const EACH_SECOND = { scheduleType: 'cron', cron: '* * * * * *', intendedDateKwarg: 'slot' } as const;

describe('engines that share a schedule', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  /** The slots for which tasks have succeeded, oldest first. */
  async function finishedSlots(): Promise<string[]> {
    const { rows } = await test.platform.database.raw<{ rows: { slot: string }[] }>(
      `SELECT args ->> 'slot' AS slot FROM queue.tasks WHERE func = 'test.note_slot' AND success ORDER BY slot`,
    );
    return rows.map(({ slot }) => slot);
  }

  it('run one task for each second of a minute, ten of them, though some are killed meanwhile', async () => {
    await Promise.all(Array.from({ length: 10 }, () => test.startEngine()));
    const id = await schedule(
      test.platform,
      noteSlot,
      { journal: test.journal() },
      { ...EACH_SECOND, repeats: 60 },
    );
    const first = (await findSchedule(test.platform.database, id))?.nextRun.getTime() ?? 0;
    for (const [engine, finished] of [5, 15, 25].entries()) {
      await eventually(async () => (await finishedSlots()).length >= finished);
      test.engines[engine]?.kill('SIGKILL');
    }
    await eventually(async () => (await finishedSlots()).length >= 60, 120_000);
    expect(await finishedSlots()).toEqual(
      Array.from({ length: 60 }, (_, seconds) => new Date(first + seconds * 1_000).toISOString()),
    );
    expect(await test.queue.queueSize()).toBe(0);
    const schedulers = test.engines.filter(({ log }) =>
      log.some(({ msg }) => msg === 'schedule enqueued its tasks'),
    );
    expect(schedulers.length).toBeGreaterThan(1);
  });

  it('leave it to those that run schedules', async () => {
    const id = await schedule(test.platform, noteSlot, { journal: test.journal() }, EACH_SECOND);
    await test.startEngine({ Q_CLUSTER_SCHEDULER: 'False' });
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 1 }));
    expect(await findSchedule(test.platform.database, id)).toMatchObject({ lastRun: null });
    await test.startEngine();
    await eventually(async () => (await finishedSlots()).length >= 2);
  });
});
