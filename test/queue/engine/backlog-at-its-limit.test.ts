import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { add, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

const BACKLOG = 30_000;
const FREE_TASKS = 10;

describe('tasks without a limit', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it(`are run beside ${BACKLOG} of a key that is at its limit, which are not read for that`, async () => {
    const limitKey = 'a full shelf';
    await test.queue.asyncTask(wait, { journal: test.journal(), label: 'holder' }, { limitKey });
    // Before there is an engine: one that looks for a slot passes over each entry that is not committed yet.
    await test.queue.asyncTasks(
      add,
      Array.from({ length: BACKLOG }, (_, index) => ({
        args: { left: index, right: 1 },
        options: { limitKey },
      })),
    );
    const engine = await test.startEngine({ ENGINE_WORKER_COUNT: '3' });
    await test.waitForEvent('start holder');
    const ids = await test.queue.asyncTasks(
      add,
      Array.from({ length: FREE_TASKS }, (_, index) => ({ args: { left: index, right: 1 } })),
    );
    await eventually(async () => {
      const ended = await test.platform.database('queue.tasks').whereIn('id', ids).where({ success: true });
      return ended.length === FREE_TASKS;
    });
    expect(await test.queue.queueSize()).toBe(BACKLOG);

    // What a session has read is counted when it ends, at the latest.
    await test.queue.close();
    engine.kill('SIGKILL');
    await engine.ended;
    await eventually(async () => (await sessionsOfEngines()) === 0);
    expect(await entriesReadToTake()).toBeLessThan(BACKLOG / 10);
  });

  async function sessionsOfEngines(): Promise<number> {
    const { rows } = await test.platform.database.raw(
      `SELECT FROM pg_stat_activity WHERE datname = current_database()
         AND application_name IN ('composite-handler engine', 'composite-handler broker')`,
    );
    return rows.length;
  }

  /** Entries of the indexes in which packages are found that can be taken, are due, or wait for a slot. */
  async function entriesReadToTake(): Promise<number> {
    const { rows } = await test.platform.database.raw<{ rows: { entries: number; scans: number }[] }>(
      `SELECT sum(idx_tup_read)::integer AS entries, sum(idx_scan)::integer AS scans FROM pg_stat_user_indexes
       WHERE schemaname = 'pgboss' AND pg_get_indexdef(indexrelid) ~ 'waits_for'`,
    );
    const [read] = rows;
    expect(read?.scans).toBeGreaterThan(0);
    return read?.entries ?? Number.NaN;
  }
});
