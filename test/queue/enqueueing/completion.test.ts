import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chainLink, defineTaskFunction, type HookArguments } from '../../../src/queue/index.ts';
import { FailedTaskSigner } from '../../../src/queue/results/failed-task-signer.ts';
import { saveFinishedAttempts } from '../../../src/queue/results/finished-tasks.ts';
import { completeParts } from '../../../src/queue/results/iterations.ts';
import { add, brokenHook, fail, hook, secretLength } from '../engine/fixtures/task-functions.ts';
import { failure, HandRunEngine, success } from '../hand-run-engine.ts';

const sum = { left: 1, right: 2 };
let engine: HandRunEngine;

beforeEach(async () => {
  engine = await HandRunEngine.open({ CACHE_URL: 'dbcache://app_cache' });
});
afterEach(async () => {
  await engine.close();
});

/** What a function has answered so far, oldest first. */
function answersOf(func: string): Promise<unknown[]> {
  return engine.platform.database('queue.tasks').where({ func }).orderBy('stopped').pluck('result');
}

describe('a hook', () => {
  it('is called with the finished task, each time an attempt has ended', async () => {
    await engine.queue.asyncTask(add, sum, { hook, taskName: 'a sum' });
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.end([[held, failure]], true);
    await engine.work();
    expect((await answersOf('test.hook')).toSorted()).toEqual(['a sum failed', 'a sum succeeded']);
  });

  it('is called where the success is not stored, and where it is cached', async () => {
    await engine.queue.asyncTask(add, sum, { hook, taskName: 'unsaved', save: false });
    await engine.queue.asyncTask(add, sum, { hook, taskName: 'cached', cached: true });
    await engine.work();
    expect((await answersOf('test.hook')).toSorted()).toEqual(['cached succeeded', 'unsaved succeeded']);
    expect(await answersOf('test.add')).toEqual([]);
  });

  it('fails by itself when it throws, or is not known', async () => {
    const unknown = defineTaskFunction<HookArguments, null>({
      name: 'test.unknown_hook',
      load: async () => async () => null,
    });
    const first = await engine.queue.asyncTask(add, sum, { hook: brokenHook });
    const second = await engine.queue.asyncTask(add, sum, { hook: unknown });
    await engine.work();
    expect(await engine.queue.result(first)).toBe(3);
    expect(await engine.queue.result(second)).toBe(3);
    expect(await answersOf('test.broken_hook')).toMatchObject([{ error: 'Error: the hook is broken' }]);
    expect(await answersOf('test.unknown_hook')).toMatchObject([
      { error: expect.stringContaining('No installed app has a task function test.unknown_hook') },
    ]);
  });

  it('has the fairness key of the task', async () => {
    await engine.queue.asyncTask(add, sum, { hook, fairnessKey: 'Ada' });
    const held = await engine.take();
    await engine.end(held.map((each) => [each, success(3)]));
    expect(await engine.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([
      { func: 'test.hook', options: { fairnessKey: 'Ada' } },
    ]);
  });

  it('is given no secret', async () => {
    await engine.queue.asyncTask(secretLength, { secret: 'token' }, { hook });
    const held = await engine.take();
    await engine.end(held.map((each) => [each, failure]));
    const [call] = await engine.take();
    expect(call?.task.args).toMatchObject({ task: { func: 'test.secret_length', args: {} } });
  });
});

describe('a task whose success is not to be kept', () => {
  it('leaves nothing behind, not even the failure of its first attempt', async () => {
    const id = await engine.queue.asyncTask(add, sum, { save: false });
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.end([[held, failure]], true);
    expect(await engine.queue.countGroup('none')).toBe(0);
    expect(await engine.queue.fetch(id)).toMatchObject({ success: false });
    await engine.work();
    expect(await engine.platform.database('queue.tasks')).toEqual([]);
    expect(await engine.queue.lockSize()).toBe(0);
  });
});

describe('a chain', () => {
  it('runs its links one after another, as one group', async () => {
    const group = await engine.queue.asyncChain([
      chainLink(add, { left: 1, right: 0 }),
      chainLink(secretLength, { secret: 'xy' }, { taskName: 'the second' }),
      chainLink(add, { left: 3, right: 0 }),
    ]);
    expect(await engine.queue.queueSize()).toBe(1);
    expect(await engine.work()).toBe(3);
    expect(await engine.queue.resultGroup(group)).toEqual([1, 2, 3]);
    expect(await engine.queue.result('the second')).toBe(2);
  });

  it('stops at a link that failed, and goes on from there when that is sent back', async () => {
    const group = await engine.queue.asyncChain(
      [chainLink(add, { left: 1, right: 0 }), chainLink(fail, { message: 'no' }), chainLink(add, sum)],
      { group: 'a chain' },
    );
    expect(await engine.work()).toBe(2);
    const [, failed] = await engine.queue.fetchGroup(group);
    expect(failed).toMatchObject({ func: 'test.fail', success: false });
    await engine.queue.resubmitTasks([failed?.id ?? '']);
    const held = await engine.take();
    await engine.end(held.map((each) => [each, success('mended')]));
    await engine.work();
    expect(await engine.queue.resultGroup(group)).toEqual([1, 'mended', 3]);
  });

  it('goes on once, when a link that failed succeeds at its next attempt', async () => {
    const group = await engine.queue.asyncChain([chainLink(add, sum), chainLink(add, sum)]);
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.end([[held, failure]], true);
    expect(await engine.work()).toBe(2);
    expect(await engine.queue.resultGroup(group)).toEqual([3, 3]);
  });

  it('keeps the secrets of its links sealed, and nowhere once they have succeeded', async () => {
    await engine.queue.asyncChain([chainLink(add, sum), chainLink(secretLength, { secret: 'the password' })]);
    const jobs = JSON.stringify(await engine.platform.database('pgboss.job'));
    expect(jobs).not.toContain('the password');
    expect(jobs).toContain('$sealed');
    await engine.work();
    expect(JSON.stringify(await engine.platform.database('queue.tasks'))).not.toContain('$sealed');
  });
});

describe('an iteration', () => {
  it('ends with one result, in the order of the elements, when the last part has succeeded', async () => {
    const id = await engine.queue.asyncIter(
      add,
      [3, 2, 1].map((left) => ({ left, right: 10 })),
      { taskName: 'sums', group: 'g', hook },
    );
    const held = await engine.take();
    const [first, second, third] = held.toSorted(
      (left, right) =>
        (left.task.options?.iteration?.index ?? 0) - (right.task.options?.iteration?.index ?? 0),
    );
    if (!first || !second || !third) throw new Error('too few parts');
    await engine.end([
      [third, success('c')],
      [first, success('a')],
    ]);
    expect(await engine.queue.fetch(id)).toBeUndefined();
    expect(await engine.platform.database('queue.tasks')).toEqual([]);
    await engine.end([[second, success(null)]]);
    expect(await engine.queue.fetch(id)).toMatchObject({
      name: 'sums',
      group: 'g',
      func: 'test.add',
      result: ['a', null, 'c'],
    });
    await engine.work();
    expect(await answersOf('test.hook')).toEqual(['sums succeeded']);
    expect(await engine.platform.database('queue.iterations')).toEqual([]);
    expect(await engine.platform.database('queue.iteration_results')).toEqual([]);
  });

  it('is completed by the last of several engines that end its parts at the same moment', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(() =>
        engine.queue.asyncIter(
          add,
          Array.from({ length: 30 }, (_, index) => ({ left: index, right: 0 })),
        ),
      ),
    );
    const held = await engine.take();
    const ends = Array.from({ length: 6 }, (_, place) =>
      engine.end(
        held
          .filter((_held, index) => index % 6 === place)
          .map((each) => [each, success(Number(each.task.args['left']))]),
      ),
    );
    await Promise.all(ends);
    const expected = Array.from({ length: 30 }, (_, index) => index);
    for (const id of ids) expect(await engine.queue.result(id)).toEqual(expected);
  });

  it('waits for a part that failed, and is complete when that was sent back', async () => {
    const id = await engine.queue.asyncIter(add, [sum, sum]);
    const [first, second] = await engine.take();
    if (!first || !second) throw new Error('too few parts');
    await engine.end([
      [first, success(1)],
      [second, failure],
    ]);
    expect(await engine.queue.fetch(id)).toBeUndefined();
    const [failed] = await engine.queue.fetchGroup(id);
    await engine.queue.resubmitTasks([failed?.id ?? '']);
    await engine.work();
    expect(await engine.queue.result(id)).toHaveLength(2);
    expect(await engine.queue.fetchGroup(id)).toEqual([]);
  });

  it('forgets the failure of a part that succeeds at its next attempt', async () => {
    const id = await engine.queue.asyncIter(add, [sum]);
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.end([[held, failure]], true);
    expect(await engine.queue.countGroup(id, { failures: true })).toBe(1);
    await engine.work();
    expect(await engine.platform.database('queue.tasks').pluck('id')).toEqual([id]);
  });

  it('is forgotten when a part that waits is deleted, or purged', async () => {
    const deleted = await engine.queue.asyncIter(add, [sum, sum]);
    const [part] = await engine.queue.queuedTasks({ limit: 1, offset: 0 });
    expect(await engine.queue.deleteQueuedTasks([part?.id ?? ''])).toBe(1);
    expect(await engine.platform.database('queue.iterations')).toEqual([]);
    const purged = await engine.queue.asyncIter(add, [sum, sum]);
    expect(await engine.queue.purgeQueue()).toBe(3);
    expect(await engine.platform.database('queue.iterations')).toEqual([]);
    expect(await Promise.all([deleted, purged].map((id) => engine.queue.fetch(id)))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('whose results are too large together is a failure, which cannot be sent back, as it is no call', async () => {
    const id = await engine.queue.asyncIter(add, [sum, sum], { taskName: 'sums' });
    const parts = [0, 1].map((index) => ({ taskId: randomUUID(), iterationId: id, index, result: index }));
    await engine.platform.database.transaction((transaction) =>
      completeParts(transaction, parts, async (savepoint, attempts) => {
        if (attempts.some(({ outcome }) => outcome.success)) throw new RangeError('too large');
        await saveFinishedAttempts(savepoint, 'composite', attempts, new FailedTaskSigner(engine.platform));
      }),
    );
    expect(await engine.queue.fetch(id)).toMatchObject({ success: false, name: 'sums' });
    expect(await engine.queue.resubmitTasks([id])).toEqual([]);
    expect(await engine.queue.fetch(id)).toMatchObject({ success: false });
  });

  it('of nothing has an empty result at once', async () => {
    const id = await engine.queue.asyncIter(add, [], { hook, taskName: 'nothing' });
    expect(await engine.queue.result(id)).toEqual([]);
    expect(await engine.queue.queueSize()).toBe(1);
    await engine.work();
    expect(await answersOf('test.hook')).toEqual(['nothing succeeded']);
  });

  it('goes to the cache as one, or nowhere, as it was told', async () => {
    const cached = await engine.queue.asyncIter(add, [sum, sum], { cached: true });
    const unsaved = await engine.queue.asyncIter(add, [sum, sum], { save: false });
    await engine.work();
    expect(await engine.queue.result(cached, { cached: true })).toEqual([3, 3]);
    expect(await engine.queue.result(unsaved, { cached: true })).toBeUndefined();
    expect(await engine.platform.database('queue.tasks')).toEqual([]);
    expect(await engine.platform.database('queue.iterations')).toEqual([]);
  });

  it('is enqueued whole or not at all', async () => {
    const broken = engine.platform.database.transaction(async (transaction) => {
      await engine.queue.asyncIter(add, [sum, sum], { transaction });
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await engine.queue.queueSize()).toBe(0);
    expect(await engine.platform.database('queue.iterations')).toEqual([]);
  });
});
