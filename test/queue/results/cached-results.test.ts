import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { add, fail } from '../engine/fixtures/task-functions.ts';
import { HandRunEngine } from '../hand-run-engine.ts';

const sum = { left: 1, right: 2 };
let engine: HandRunEngine;
let redis: RedisServer | undefined;

afterEach(async () => {
  await engine.close();
  await redis?.stop();
  redis = undefined;
});

const CACHES: Record<string, () => Promise<string>> = {
  'in the database': async () => 'dbcache://app_cache',
  'in Redis': async () => {
    redis = await RedisServer.start();
    return redis.url;
  },
};

function storedIds(): Promise<string[]> {
  return engine.platform.database('queue.tasks').pluck('id');
}

describe.each(Object.entries(CACHES))('a cached result %s', (_, start) => {
  it('is in the cache instead of the table of tasks, and found by id and by name', async () => {
    engine = await HandRunEngine.open({ CACHE_URL: await start() });
    const id = await engine.queue.asyncTask(add, sum, { cached: 60, taskName: 'a sum', group: 'g' });
    const waiting = engine.queue.result(id, { cached: true, wait: -1 });
    await engine.work();
    expect(await waiting).toBe(3);
    expect(await storedIds()).toEqual([]);
    expect(await engine.queue.result(id)).toBeUndefined();
    expect(await engine.queue.fetch('a sum', { cached: true })).toMatchObject({ id, group: 'g', result: 3 });
  });

  it('is read and counted with its group, among those that are not cached', async () => {
    engine = await HandRunEngine.open({ CACHE_URL: await start() });
    await engine.queue.asyncTask(add, { left: 1, right: 0 }, { cached: true, group: 'g' });
    await engine.work();
    await engine.queue.asyncTask(add, { left: 2, right: 0 }, { group: 'g' });
    await engine.work();
    await engine.queue.asyncTask(add, { left: 3, right: 0 }, { cached: true, group: 'g' });
    await engine.work();
    expect(await engine.queue.resultGroup('g', { cached: true, wait: -1, count: 3 })).toEqual([1, 2, 3]);
    expect(await engine.queue.countGroup('g', { cached: true })).toBe(3);
    expect(await engine.queue.countGroup('g')).toBe(1);
    expect(await engine.queue.deleteGroup('g', { cached: true, tasks: true })).toBe(3);
    expect(await engine.queue.fetchGroup('g', { cached: true })).toEqual([]);
  });

  it('is gone when it is deleted, and when its time is over', async () => {
    engine = await HandRunEngine.open({ CACHE_URL: await start() });
    const deleted = await engine.queue.asyncTask(add, sum, { cached: true });
    const fleeting = await engine.queue.asyncTask(add, sum, { cached: 0.3 });
    await engine.work();
    expect(await engine.queue.deleteCached(deleted)).toBe(true);
    expect(await engine.queue.deleteCached(deleted)).toBe(false);
    expect(await engine.queue.fetch(deleted, { cached: true })).toBeUndefined();
    await eventually(async () => (await engine.queue.fetch(fleeting, { cached: true })) === undefined);
  });

  it('of a failure is in the table of tasks, and leaves it when the task succeeds after all', async () => {
    engine = await HandRunEngine.open({ CACHE_URL: await start() });
    const id = await engine.queue.asyncTask(fail, { message: 'broken' }, { cached: true });
    const [held] = await engine.take();
    if (!held) throw new Error('nothing was taken');
    await engine.end([[held, { success: false, result: { error: 'broken' } }]], true);
    expect(await storedIds()).toEqual([id]);
    const again = await engine.take();
    await engine.end(again.map((each) => [each, { success: true, result: 'mended' }]));
    expect(await storedIds()).toEqual([]);
    expect(await engine.queue.result(id, { cached: true })).toBe('mended');
  });
});

describe('a result that cannot be cached', () => {
  it.each([
    ['no cache is configured', {}],
    ['the cache is in the memory of the engine', { CACHE_URL: 'locmemcache://' }],
  ])('goes to the database where %s', async (_, environment) => {
    engine = await HandRunEngine.open(environment);
    const id = await engine.queue.asyncTask(add, sum, { cached: true });
    await engine.work();
    expect(await engine.queue.result(id, { cached: true })).toBe(3);
    expect(await storedIds()).toEqual([id]);
    expect(engine.log.events()).toContainEqual(expect.objectContaining({ level: 'warn', tasks: [id] }));
  });

  it('goes to the database where the cache is gone, which is logged', async () => {
    redis = await RedisServer.start();
    engine = await HandRunEngine.open({ CACHE_URL: redis.url });
    await redis.stop();
    redis = undefined;
    const id = await engine.queue.asyncTask(add, sum, { cached: true });
    await engine.work();
    expect(await engine.queue.result(id, { cached: true })).toBe(3);
    expect(engine.log.events()).toContainEqual(
      expect.objectContaining({ msg: 'results could not be cached: they go to the database' }),
    );
  });
});
