import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AsyncTask,
  Chain,
  chainLink,
  defineTaskFunction,
  Iter,
  openTaskQueue,
  TaskOptionsError,
  type TaskQueue,
} from '../../../src/queue/index.ts';
import { add, answerNul, brokenHook, fail, hook, secretLength } from '../engine/fixtures/task-functions.ts';
import { HandRunEngine } from '../hand-run-engine.ts';

const sum = { left: 1, right: 2 };
let engine: HandRunEngine;

beforeEach(async () => {
  engine = await HandRunEngine.open({ CACHE_URL: 'locmemcache://' });
});
afterEach(async () => {
  await engine.close();
});

describe('a task that is run here and now', () => {
  it('needs no engine, and is stored as any other', async () => {
    const id = await engine.queue.asyncTask(secretLength, { secret: 'xyz' }, { sync: true, taskName: 'now' });
    expect(await engine.queue.fetch(id)).toMatchObject({ name: 'now', result: 3, args: {}, attemptCount: 1 });
    expect(await engine.queue.queueSize()).toBe(0);
  });

  it('throws what the function throws to the caller, and is stored as a failure', async () => {
    const options = { sync: true, taskName: 'broken', hook };
    const running = engine.queue.asyncTask(fail, { message: 'no' }, options);
    await expect(running).rejects.toThrow(new RangeError('no'));
    expect(await engine.queue.result('broken')).toMatchObject({ error: 'RangeError: no' });
    expect(
      await engine.platform.database('queue.tasks').where({ func: 'test.hook' }).pluck('result'),
    ).toEqual(['broken failed']);
  });

  it('throws where the result cannot be stored', async () => {
    const running = engine.queue.asyncTask(answerNul, {}, { sync: true });
    await expect(running).rejects.toThrow('The result holds a NUL character');
  });

  it('runs its hook, whose own failure is no business of the caller', async () => {
    await engine.queue.asyncTask(add, sum, { sync: true, hook: brokenHook });
    const [call] = await engine.platform.database('queue.tasks').where({ func: 'test.broken_hook' });
    expect(call).toMatchObject({ success: false, result: { error: 'Error: the hook is broken' } });
  });

  it('has its signal fire at its timeout', async () => {
    const patient = defineTaskFunction<Record<string, never>, null>({
      name: 'test.patient',
      load:
        async () =>
        async (_args, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const running = engine.queue.asyncTask(patient, {}, { sync: true, timeout: 0.05 });
    await expect(running).rejects.toThrow('timeout');
  });

  it('takes part in the transaction of its caller', async () => {
    const broken = engine.platform.database.transaction(async (transaction) => {
      await engine.queue.asyncTask(add, sum, { sync: true, transaction, taskName: 'rolled back' });
      throw new Error('never mind');
    });
    await expect(broken).rejects.toThrow('never mind');
    expect(await engine.queue.fetch('rolled back')).toBeUndefined();
  });

  it('keeps its result in the memory of this process where it is cached there', async () => {
    const id = await engine.queue.asyncTask(add, sum, { sync: true, cached: true });
    expect(await engine.queue.result(id, { cached: true })).toBe(3);
    expect(await engine.platform.database('queue.tasks')).toEqual([]);
  });

  it('can be what a queue does unless it is told otherwise', async () => {
    const queue = openTaskQueue(engine.platform, 'composite', { sync: true });
    const id = await queue.asyncTask(add, sum);
    expect(await queue.result(id)).toBe(3);
    const [first] = await queue.asyncTasks(add, [{ args: sum }]);
    expect(await queue.result(first ?? '')).toBe(3);
    await queue.asyncTask(add, sum, { sync: false });
    expect(await queue.queueSize()).toBe(1);
    await queue.close();
  });

  it('can be a chain, which stops at what throws', async () => {
    const links = [chainLink(add, sum), chainLink(fail, { message: 'no' }), chainLink(add, sum)];
    const running = engine.queue.asyncChain(links, { sync: true, group: 'a chain' });
    await expect(running).rejects.toThrow('no');
    expect(await engine.queue.countGroup('a chain')).toBe(2);
  });

  it('can be an iteration, with one result', async () => {
    const elements = [1, 2].map((left) => ({ left, right: 0 }));
    const id = await engine.queue.asyncIter(add, elements, { sync: true, hook, taskName: 'sums' });
    expect(await engine.queue.result(id)).toEqual([1, 2]);
    expect(
      await engine.platform.database('queue.tasks').where({ func: 'test.hook' }).pluck('result'),
    ).toEqual(['sums succeeded']);
    const broken = engine.queue.asyncIter(fail, [{ message: 'no' }], { sync: true });
    await expect(broken).rejects.toThrow('no');
  });
});

describe('AsyncTask', () => {
  it('sets options one by one, runs, and reads the result and the group', async () => {
    const task = new AsyncTask(engine.queue, add, sum, { taskName: 'a sum' });
    task.group = 'g';
    task.hook = hook;
    expect(await task.result()).toBeUndefined();
    expect(task.started).toBe(false);
    const id = await task.run();
    expect(task).toMatchObject({ id, started: true, group: 'g', hook, save: undefined, sync: undefined });
    await engine.work();
    expect(await task.result({ wait: -1 })).toBe(3);
    expect(await task.fetch()).toMatchObject({ id, name: 'a sum' });
    expect(await task.resultGroup()).toEqual([3]);
    expect(await task.fetchGroup()).toHaveLength(1);
  });

  it('runs again with what was changed, as another task', async () => {
    const task = new AsyncTask(engine.queue, add, sum);
    task.sync = true;
    const first = await task.run();
    task.args = { left: 4, right: 4 };
    task.cached = true;
    task.save = false;
    expect(await task.run()).not.toBe(first);
    expect(await task.result()).toBe(8);
    expect(await engine.queue.result(first)).toBe(3);
    expect(await new AsyncTask(engine.queue, add, sum).fetchGroup()).toEqual([]);
  });
});

describe('Chain', () => {
  it('is put together link by link, tells where it is, and reads its results', async () => {
    const chain = new Chain(engine.queue, [chainLink(add, sum)], { group: 'a chain' });
    expect(chain.append(secretLength, { secret: 'xy' })).toBe(2);
    expect(await chain.current()).toBe(0);
    expect(await chain.result()).toEqual([]);
    expect(await chain.run()).toBe('a chain');
    const held = await engine.take();
    await engine.end(held.map((each) => [each, { success: true, result: 'first' }]));
    expect(await chain.current()).toBe(1);
    await engine.work();
    expect(await chain.current()).toBe(chain.length);
    expect(await chain.result({ wait: -1 })).toEqual(['first', 2]);
    expect((await chain.fetch()).map(({ func }) => func)).toEqual(['test.add', 'test.secret_length']);
    expect(() => chain.append(add, sum)).toThrow(TaskOptionsError);
  });

  it('does not count a link that failed as done', async () => {
    const chain = new Chain(engine.queue, [chainLink(add, sum), chainLink(fail, { message: 'no' })]);
    await chain.run();
    await engine.work();
    expect(await chain.current()).toBe(1);
    expect(await chain.result()).toEqual([3]);
    expect(await chain.fetch()).toHaveLength(2);
  });

  it('is refused without links, and with links that are too large together', async () => {
    await expect(new Chain(engine.queue).run()).rejects.toThrow('A chain has no links');
    const large = chainLink(secretLength, { secret: 'x'.repeat(500_000) });
    await expect(engine.queue.asyncChain([large, large, large])).rejects.toThrow(TaskOptionsError);
    expect(await engine.queue.queueSize()).toBe(0);
  });
});

describe('Iter', () => {
  it('is put together element by element, and reads its one result', async () => {
    const iter = new Iter(engine.queue, add, [sum], { taskName: 'sums' });
    expect(iter.append({ left: 5, right: 5 })).toBe(2);
    expect(await iter.result()).toBeUndefined();
    const id = await iter.run();
    expect(iter.id).toBe(id);
    expect(iter.length).toBe(2);
    await engine.work();
    expect(await iter.result({ wait: -1 })).toEqual([3, 10]);
    expect(await iter.fetch()).toMatchObject({ id, name: 'sums' });
    expect(() => iter.append(sum)).toThrow(TaskOptionsError);
  });
});

describe('what the compiler refuses', () => {
  // Never called: that it compiles, with an error where one is expected, is the test.
  async function wrongCalls(queue: TaskQueue): Promise<void> {
    // @ts-expect-error An argument is missing.
    await queue.asyncTask(add, { left: 1 });
    // @ts-expect-error An argument is of another type.
    await queue.asyncTask(add, { left: 1, right: '2' });
    // @ts-expect-error There is no such option.
    await queue.asyncTask(add, sum, { name: 'a sum' });
    // @ts-expect-error A function whose arguments are others cannot be a hook.
    await queue.asyncTask(add, sum, { hook: add });
    // @ts-expect-error One of the calls lacks an argument.
    await queue.asyncTasks(add, [{ args: sum }, { args: {} }]);
    // @ts-expect-error A link whose argument has another name.
    chainLink(secretLength, { password: 'x' });
    // @ts-expect-error An element of another type.
    await queue.asyncIter(add, [1, 2]);
    // @ts-expect-error An iteration is not unique.
    await queue.asyncIter(add, [sum], { uniqueKey: 'key' });
    // @ts-expect-error Arguments of another function.
    new AsyncTask(queue, add, { secret: 'x' });
    // @ts-expect-error Arguments of another function.
    new Chain(queue).append(add, { secret: 'x' });
    // @ts-expect-error Arguments of another function.
    new Iter(queue, add).append({ secret: 'x' });
  }

  it('is a wrong call of each function that enqueues', () => {
    expect(wrongCalls).toBeInstanceOf(Function);
  });
});

describe('options that cannot be', () => {
  it.each([
    ['an id that is none', { id: '7' }],
    ['a name that cannot be stored', { taskName: 'a\0b' }],
    ['a group that cannot be stored', { group: '\ud800' }],
    ['a queue whose name could not be one', { cluster: 'no such/queue' }],
    ['a limit without a key', { limit: 2 }],
  ])('are refused with %s', async (_, options) => {
    await expect(engine.queue.asyncTask(add, sum, options)).rejects.toThrow(TaskOptionsError);
    expect(await engine.queue.queueSize()).toBe(0);
  });
});
