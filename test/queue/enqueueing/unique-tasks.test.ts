import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { add } from '../engine/fixtures/task-functions.ts';
import { failure, HandRunEngine, success } from '../hand-run-engine.ts';

const sum = { left: 1, right: 2 };

describe('a task with a unique key', () => {
  let engine: HandRunEngine;

  beforeEach(async () => {
    engine = await HandRunEngine.open();
  });
  afterEach(async () => {
    await engine.close();
  });

  function enqueue(uniqueKey = 'key'): Promise<string> {
    return engine.queue.asyncTask(add, sum, { uniqueKey });
  }

  it('is queued once for as long as it waits or runs', async () => {
    const id = await enqueue();
    expect(await enqueue()).toBe(id);
    expect(await enqueue('another key')).not.toBe(id);
    expect(await engine.queue.queueSize()).toBe(2);
    const held = await engine.take();
    expect(await enqueue()).toBe(id);
    await engine.end(held.map((each) => [each, success(1)]));
    expect(await enqueue()).not.toBe(id);
  });

  it('keeps its key while it waits for its next attempt, and not when it is given up', async () => {
    const id = await enqueue();
    const held = await engine.take();
    await engine.end(
      held.map((each) => [each, failure]),
      true,
    );
    expect(await enqueue()).toBe(id);
    const again = await engine.take();
    await engine.end(again.map((each) => [each, failure]));
    expect(await enqueue()).not.toBe(id);
  });

  it('frees its key when it is deleted, but not while it runs', async () => {
    const id = await enqueue();
    expect(await engine.queue.deleteQueuedTasks([id])).toBe(1);
    const second = await enqueue();
    expect(second).not.toBe(id);
    await engine.take();
    expect(await engine.queue.deleteQueuedTasks([second])).toBe(0);
    expect(await enqueue()).toBe(second);
  });

  it('frees its key when the queue is purged, but not while it runs', async () => {
    const running = await enqueue('running');
    await engine.take();
    const waiting = await enqueue('waiting');
    expect(await engine.queue.purgeQueue()).toBe(1);
    expect(await enqueue('running')).toBe(running);
    expect(await enqueue('waiting')).not.toBe(waiting);
  });

  it('takes its key along when it is sent back; where another has it, that one stands for both', async () => {
    await enqueue();
    await engine.end((await engine.take()).map((each) => [each, failure]));
    const [failed] = await engine.platform.database('queue.tasks').pluck<string[]>('id');
    const [sentBack] = await engine.queue.resubmitTasks([failed ?? '']);
    expect(await enqueue()).toBe(sentBack);
    await engine.end((await engine.take()).map((each) => [each, failure]));
    const other = await enqueue();
    const [failedAgain] = await engine.platform.database('queue.tasks').pluck<string[]>('id');
    expect(await engine.queue.resubmitTasks([failedAgain ?? ''])).toEqual([other]);
    expect(await engine.queue.queueSize()).toBe(1);
  });

  it('is one of those that are enqueued together with the same key', async () => {
    const [first, second, third] = await engine.queue.asyncTasks(add, [
      { args: sum, options: { uniqueKey: 'a' } },
      { args: sum, options: { uniqueKey: 'a' } },
      { args: sum },
    ]);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(await engine.queue.queueSize()).toBe(2);
  });

  it('is one of those that many processes enqueue at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => enqueue()));
    expect(new Set(ids).size).toBe(1);
    expect(await engine.queue.queueSize()).toBe(1);
  });

  it('is not there, and holds no key, when its transaction is rolled back', async () => {
    const broken = engine.platform.database.transaction(async (transaction) => {
      await engine.queue.asyncTask(add, sum, { uniqueKey: 'key', transaction });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await engine.platform.database('queue.unique_keys')).toEqual([]);
  });

  it('waits for a transaction that has its key, and takes it when that is rolled back', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const { promise: taken, resolve: tell } = Promise.withResolvers<void>();
    const first = engine.platform.database.transaction(async (transaction) => {
      await engine.queue.asyncTask(add, sum, { uniqueKey: 'key', transaction });
      tell();
      await end;
      throw new Error('no');
    });
    await taken;
    const second = enqueue();
    resolve();
    await expect(first).rejects.toThrow('no');
    const id = await second;
    expect(await engine.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id }]);
  });

  it('is unique in its own queue', async () => {
    const id = await enqueue();
    const other = await engine.queue.asyncTask(add, sum, { uniqueKey: 'key', cluster: 'long' });
    expect(other).not.toBe(id);
    const long = openTaskQueue(engine.platform, 'long');
    expect(await long.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id: other }]);
    await long.close();
  });
});
