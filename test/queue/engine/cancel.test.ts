import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cancellation } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/node-process.ts';
import { failure, HandRunEngine } from '../hand-run-engine.ts';
import { add, block, fail, hang, hook, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

const CANCELLED = { success: false, cancelled: true, result: { error: 'Cancelled by Ada' } };

describe('a task that is cancelled', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  function call(label: string) {
    return { journal: test.journal(), label };
  }

  async function expectNothingQueued(): Promise<void> {
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toEqual([]);
    expect(await test.queue.running({ limit: 9 })).toEqual([]);
  }

  it('while it waits ends at once, and never runs', async () => {
    const id = await test.queue.asyncTask(wait, call('never'), { uniqueKey: 'one', delay: 0 });
    const delayed = await test.queue.asyncTask(wait, call('never'), { delay: 60 });
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelled');
    expect(await test.queue.cancel(delayed, 'Ada')).toBe('cancelled');
    expect(await test.finished(id)).toMatchObject({ ...CANCELLED, attempt_count: 0 });
    expect(await test.queue.fetch(delayed)).toMatchObject({ success: false, cancelled: true });
    await expectNothingQueued();
    // Its key is free again.
    const next = await test.queue.asyncTask(add, { left: 1, right: 2 }, { uniqueKey: 'one' });
    expect(next).not.toBe(id);
    await test.startEngine();
    await test.finished(next);
    expect(test.events()).toEqual([]);
  });

  it('in a transaction that is rolled back goes on', async () => {
    const id = await test.queue.asyncTask(add, { left: 1, right: 2 });
    const refused = test.platform.database.transaction(async (transaction) => {
      const became = await test.queue.cancelTasks([id], 'Ada', transaction);
      expect(became.get(id)).toBe('cancelled');
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, cancelled: false });
  });

  it('while it waits for its next attempt has no further one', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(fail, { message: 'broken' });
    await test.finished(id);
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelled');
    expect(await test.finished(id)).toMatchObject({ ...CANCELLED, attempt_count: 1 });
    await expectNothingQueued();
  });

  it('while it runs has its signal fired, ends, and is not presented again', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(wait, call('one'), { hook, taskName: 'one', uniqueKey: 'one' });
    await test.waitForEvent('start one 1');
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelling');
    expect(await test.finished(id)).toMatchObject({ ...CANCELLED, attempt_count: 1 });
    expect(test.events()).toContain('aborted one 1');
    // The end of an attempt, as any other: its hook is called.
    const told = await eventually(() =>
      test.platform.database('queue.tasks').where({ func: 'test.hook' }).first('result'),
    );
    expect(told).toEqual({ result: 'one failed' });
    await expectNothingQueued();
    expect(await test.platform.database('queue.unique_keys')).toEqual([]);
    expect(await test.queue.cancel(id, 'Ada')).toBe('unknown');
  });

  it('and does not heed its signal is killed with its worker, its app is told, and the engine goes on', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(hang, call('stuck'));
    const started = await test.waitForEvent('start stuck 1');
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelling');
    expect(await test.finished(id)).toMatchObject({ ...CANCELLED, attempt_count: 1 });
    expect(isAlive(Number(started.split(' ')[3]))).toBe(false);
    expect(test.events()).toContain('lost stuck: Cancelled by Ada');
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'a worker ended during a task', cause: 'cancelled', taskId: id }),
    );
    await expectNothingQueued();
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 2 }));
  });

  it.each([
    ['another one', wait],
    ['one that does not let the event loop turn', block],
  ])('behind %s in its worker is not begun, and the others are', async (_what, taskFunction) => {
    const engine = await test.startEngine();
    // So that the function is known as a quick one, whose calls are handed out together.
    await test.letGo('quick');
    const quick = await test.queue.asyncTasks(
      taskFunction,
      Array.from({ length: 60 }, () => ({ args: call('quick') })),
    );
    await eventually(async () => (await test.queue.queueSize()) + (await test.queue.lockSize()) === 0);
    expect(quick).toHaveLength(60);
    const [first = '', second = '', third = ''] = await test.queue.asyncTasks(taskFunction, [
      { args: call('first') },
      { args: call('second') },
      { args: call('third') },
    ]);
    await test.waitForEvent('start first 1');
    // It stands in the worker, or is on its way back to the queue, as the first one takes long.
    expect(await test.queue.cancel(second, 'Ada')).toMatch(/^cancell(ing|ed)$/);
    await Promise.any([
      engine.waitForLine(({ msg, taskId }) => msg === 'told a task to stop' && taskId === second),
      test.finished(second),
    ]);
    await test.letGo('third');
    await test.letGo('first');
    expect(await test.finished(third)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(first)).toMatchObject({ success: true, attempt_count: 1 });
    expect(await test.finished(second)).toMatchObject(CANCELLED);
    expect(test.events().filter((event) => event.includes('second'))).toEqual([]);
    await expectNothingQueued();
  });

  it('and whose engine dies then does not run again', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, call('one'));
    await test.waitForEvent('start one 1');
    engine.kill('SIGKILL');
    await engine.ended;
    expect(await test.queue.cancel(id, 'Ada')).toBe('cancelling');
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ ...CANCELLED, attempt_count: 1 });
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 2 }));
    expect(test.events().filter((event) => event.startsWith('start'))).toHaveLength(1);
    await expectNothingQueued();
  });

  it('is not known where there is none', async () => {
    const id = '11111111-2222-4333-8444-555555555555';
    expect(await test.queue.cancel(id, 'Ada')).toBe('unknown');
    expect(await test.queue.cancelTasks([], 'Ada')).toEqual(new Map());
  });
});

describe('a task that is cancelled at the very moment', () => {
  let engine: HandRunEngine;
  beforeEach(async () => {
    engine = await HandRunEngine.open();
  });
  afterEach(() => engine.close());

  it('at which it fails by itself has no further attempt', async () => {
    const id = await engine.queue.asyncTask(add, { left: 1, right: 2 }, { uniqueKey: 'one' });
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    expect(await engine.queue.cancel(id, 'Ada')).toBe('cancelling');
    // The engine has not heard of it yet.
    await engine.end([[held, failure]], true);
    expect(await engine.queue.fetch(id)).toMatchObject({ ...CANCELLED, attemptCount: 1 });
    expect(await engine.queue.queuedTasks({ limit: 9, offset: 0 })).toEqual([]);
    expect(await engine.platform.database('queue.unique_keys')).toEqual([]);
  });

  it('at which it succeeds has succeeded', async () => {
    const id = await engine.queue.asyncTask(add, { left: 1, right: 2 });
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.queue.cancel(id, 'Ada');
    await engine.end([[held, { success: true, result: 3 }]], true);
    expect(await engine.queue.fetch(id)).toMatchObject({ success: true, result: 3, cancelled: false });
  });

  it('at which an engine takes it is told to stop', async () => {
    const { database } = engine.platform;
    const id = await engine.queue.asyncTask(add, { left: 1, right: 2 });
    let answer: Promise<Cancellation> | undefined;
    await database.transaction(async (transaction) => {
      // What the broker's one statement has done by the moment before its commit.
      await transaction('pgboss.job').where({ id }).delete();
      const { id: engineId } = await transaction('queue.engines').first('id');
      await transaction('queue.leases').insert({ task_id: id, engine_id: engineId, attempt: 1 });
      answer = engine.queue.cancel(id, 'Ada');
      await eventually(async () => {
        const { rows } = await database.raw(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        );
        return rows.length > 0;
      });
    });
    expect(await answer).toBe('cancelling');
    expect(await database('queue.leases').pluck('cancelled_by')).toEqual(['Ada']);
  });
});

describe('a task that runs', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('can be seen from any process, with where, since when, which attempt, and how far it is', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(
      wait,
      { journal: test.journal(), label: 'one' },
      { taskName: 'first', group: 'g' },
    );
    const started = await test.waitForEvent('start one 1');
    const [running] = await eventually(async () => {
      const found = await test.queue.running({ limit: 9 });
      return found[0]?.progress ? found : undefined;
    });
    expect(running).toMatchObject({
      id,
      name: 'first',
      func: 'test.wait',
      group: 'g',
      queue: 'composite',
      attempt: 1,
      enginePid: engine.pid,
      workerPid: Number(started.split(' ')[3]),
      progress: { done: 1, total: 2, note: 'one' },
      cancelledBy: null,
    });
    expect(running?.host).toBe((await test.platform.database('queue.engines').first('host'))?.host);
    expect(running?.started?.getTime()).toBeGreaterThanOrEqual(running?.taken.getTime() ?? Number.NaN);
    expect(await test.queue.running({ limit: 9, offset: 1 })).toEqual([]);
    expect(await test.queue.running({ limit: 9, ids: [id] })).toHaveLength(1);
    await test.letGo('one');
    await test.finished(id);
    expect(await test.queue.running({ limit: 9 })).toEqual([]);
  });
});
