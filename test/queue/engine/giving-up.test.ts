import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attemptsOf } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { act, climb, fail, failForGood } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

/** An attempt follows at once, and nothing says how many there are. */
const AT_ONCE = { retry: { delaySeconds: 0 } };

/** More of the same step than a task has attempts. */
function stuckAt(step: number): number[] {
  return Array<number>(50).fill(step);
}

describe('a task that fails', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  async function isGivenUp(id: string): Promise<void> {
    await eventually(
      async () => (await test.queue.queuedTasks({ ids: [id], limit: 1, offset: 0 })).length === 0,
    );
  }

  async function attemptsAtTheEnd(id: string): Promise<number> {
    await isGivenUp(id);
    return (await test.finished(id)).attempt_count;
  }

  function standstills() {
    return test.platform.database('queue.standstills').select('task_id', 'furthest', 'attempts');
  }

  it('for good has no second attempt, whatever its policy', async () => {
    await test.startEngine();
    const options = { retry: { maxAttempts: 0, delaySeconds: 0 } };
    const bare = await test.queue.asyncTask(
      failForGood,
      { message: 'no such page', isWrapped: false },
      options,
    );
    const wrapped = await test.queue.asyncTask(
      failForGood,
      { message: 'no such page', isWrapped: true },
      options,
    );
    expect(await attemptsAtTheEnd(bare)).toBe(1);
    expect(await attemptsAtTheEnd(wrapped)).toBe(1);
    expect(await test.finished(bare)).toMatchObject({
      success: false,
      result: { error: 'PermanentTaskError: no such page' },
    });
    expect(await test.finished(wrapped)).toMatchObject({
      success: false,
      result: { error: 'RangeError: no such page', stack: expect.stringContaining('task-functions.ts') },
    });
  });

  it('again waits twice as long as before', async () => {
    await test.startEngine({ ENGINE_WORKER_TIMEOUT: '1', ENGINE_WORKER_RETRY: '2' });
    const id = await test.queue.asyncTask(fail, { message: 'broken' });
    await test.finished(id, ({ attempt_count }) => attempt_count >= 3);
    const taken = (await attemptsOf(test.platform.database, id, 9))
      .map((attempt) => Date.parse(attempt.taken ?? '') / 1_000)
      .toSorted((one, other) => one - other);
    const [first = 0, second = 0, third = 0] = taken;
    // Each wait counts from the moment at which the attempt before was taken. A busy machine lengthens it.
    expect(second - first).toBeGreaterThan(1.5);
    expect(third - second).toBeGreaterThan(3.5);
  });

  it('is given up after so many attempts that get nowhere', async () => {
    const engine = await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '3' });
    const id = await test.queue.asyncTask(climb, { steps: stuckAt(0) }, AT_ONCE);
    expect(await attemptsAtTheEnd(id)).toBe(3);
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: 'Error: slipped at 0' },
    });
    expect(await standstills()).toEqual([]);
    await engine.waitForLine(({ msg }) => msg === 'gave up tasks whose attempts failed without progress');
  });

  it('is not given up for as long as its attempts get further', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '3' });
    const id = await test.queue.asyncTask(
      climb,
      { steps: [5, 6, 6, 1, 7, 7, 8, 8, 7, ...stuckAt(8)] },
      AT_ONCE,
    );
    // The seventh got as far as none before, and three after it no further.
    expect(await attemptsAtTheEnd(id)).toBe(10);
    const lucky = await test.queue.asyncTask(climb, { steps: [1, 1, 2, 2, 3, 3, 4, 4] }, AT_ONCE);
    expect(await test.finished(lucky, ({ success }) => success)).toMatchObject({ result: 9 });
    expect(await standstills()).toEqual([]);
  });

  it('has as many attempts as its policy says, with or without progress', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '2' });
    const options = { retry: { delaySeconds: 0, maxAttempts: 5 } };
    const id = await test.queue.asyncTask(climb, { steps: stuckAt(0) }, options);
    expect(await attemptsAtTheEnd(id)).toBe(5);
  });

  it('is given up after its worker has died so often', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '2' });
    const args = { journal: test.journal(), label: 'deadly', deed: 'die' } as const;
    const id = await test.queue.asyncTask(act, args);
    expect(await attemptsAtTheEnd(id)).toBe(2);
    expect(await test.finished(id)).toMatchObject({
      result: { error: 'The worker process died (SIGKILL)' },
    });
  });

  it('is given up by an engine that made none of its attempts but the last', async () => {
    const environment = { ENGINE_WORKER_MAX_ATTEMPTS_WITHOUT_PROGRESS: '2' };
    const first = await test.startEngine(environment);
    const id = await test.queue.asyncTask(climb, { steps: stuckAt(0) }, { retry: { delaySeconds: 1 } });
    await test.finished(id);
    first.kill('SIGTERM');
    await first.ended;
    expect(await standstills()).toEqual([{ task_id: id, furthest: 0, attempts: 1 }]);
    await test.startEngine(environment);
    expect(await attemptsAtTheEnd(id)).toBe(2);
  });

  it('leaves nothing behind when it is removed, cancelled, purged or resubmitted', async () => {
    const engine = await test.startEngine();
    const options = { retry: { delaySeconds: 600 } };
    const calls = Array.from({ length: 4 }, () => ({ args: { steps: [3] }, options }));
    const ids = await test.queue.asyncTasks(climb, calls);
    for (const id of ids) await test.finished(id);
    expect(await standstills()).toEqual(
      expect.arrayContaining(ids.map((id) => ({ task_id: id, furthest: 3, attempts: 0 }))),
    );
    const [removed = '', cancelled = '', resubmitted = ''] = ids;
    await test.queue.deleteQueuedTasks([removed]);
    await test.queue.cancel(cancelled, 'Ada');
    expect(await standstills()).toHaveLength(2);
    engine.kill('SIGTERM');
    await engine.ended;
    await test.queue.resubmitTasks([resubmitted]);
    expect(await standstills()).toEqual([{ task_id: ids[3], furthest: 3, attempts: 0 }]);
    await test.queue.purgeQueue();
    expect(await standstills()).toEqual([]);
  });
});
