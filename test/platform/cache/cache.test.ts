import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cache, CacheError, createCacheTable, openCache } from '../../../src/platform/cache/index.ts';
import type { CacheSettings } from '../../../src/platform/settings/values.ts';
import { captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { RedisServer } from '../../support/redis-server.ts';

let test: TestDatabase;
let redis: RedisServer;
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
  await createCacheTable(test.database, 'app_cache');
  redis = await RedisServer.start();
});
afterAll(async () => {
  await redis.stop();
  await test.drop();
});

function open(settings: CacheSettings): Cache {
  return openCache(settings, test.database, captureLog().logger);
}

const CARRIERS: Record<string, () => CacheSettings> = {
  'in the database': () => ({ kind: 'database', table: 'app_cache' }),
  'in memory': () => ({ kind: 'memory' }),
  'in Redis': () => ({ kind: 'redis', url: redis.url }),
};

describe.each(Object.entries(CARRIERS))('a cache %s', (_, settings) => {
  let cache: Cache;
  beforeEach(() => {
    cache = open(settings());
  });
  afterEach(() => cache.close());

  it('works', async () => {
    await expect(cache.ping()).resolves.toBeUndefined();
  });

  it('has nothing under a key that was never set', async () => {
    expect(await cache.get('never set')).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['a fraction', -1.5e-7],
    ['an empty text', ''],
    ['any characters', 'é ? :name: $1 \u0000 \u2028 😀 "\\'],
    ['a lone surrogate', '\ud800'],
    ['an array', [1, 'two', null, [3]]],
    ['an object', { nested: { deeper: [{}, true] }, '': 0 }],
    ['a long text', 'x'.repeat(2_000_000)],
  ])('gives back %s', async (name, value) => {
    await cache.set(`value ${name}`, value);
    expect(await cache.get(`value ${name}`)).toEqual(value);
  });

  it('gives back a copy: later changes of the value are not seen', async () => {
    const value = { list: [1] };
    await cache.set('copy', value);
    value.list.push(2);
    expect(await cache.get('copy')).toEqual({ list: [1] });
  });

  it.each(['é ? :key: 😀', `${'k'.repeat(250)}`, 'a "quoted" \\ key'])('takes the key %j', async (key) => {
    await cache.set(key, 1);
    expect(await cache.get(key)).toBe(1);
  });

  it.each(['', 'k'.repeat(251)])('refuses the key %j', async (key) => {
    await expect(cache.set(key, 1)).rejects.toThrow(CacheError);
    await expect(cache.get(key)).rejects.toThrow('A key of the cache has 1 to 250 characters');
  });

  it('keeps the value that was set last', async () => {
    await cache.set('twice', 'first', 0.05);
    await cache.set('twice', 'second');
    // Set later for as long, so that the first value's time is over when this one's is.
    await cache.set('short', true, 0.05);
    await eventually(async () => (await cache.get('short')) === undefined);
    expect(await cache.get('twice')).toBe('second');
  });

  it('forgets a value when its time is over', async () => {
    await cache.set('fleeting', 'here', 0.3);
    expect(await cache.get('fleeting')).toBe('here');
    await eventually(async () => (await cache.get('fleeting')) === undefined);
  });

  it('forgets a value that is deleted, and does not mind one that is not there', async () => {
    await cache.set('deleted', 1);
    await cache.delete('deleted');
    await cache.delete('deleted');
    expect(await cache.get('deleted')).toBeUndefined();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a timeout of %d seconds', async (seconds) => {
    await expect(cache.set('timeout', 1, seconds)).rejects.toThrow(CacheError);
    expect(await cache.get('timeout')).toBeUndefined();
  });

  it('sets, gets and deletes several at once, and passes over what is not there', async () => {
    await cache.setMany([
      { key: 'one', value: { number: 1 }, timeoutSeconds: 60 },
      { key: 'two', value: 'overwritten' },
      { key: 'two', value: [2] },
    ]);
    expect(await cache.getMany(['two', 'none', 'one'])).toEqual(
      new Map<string, unknown>([
        ['one', { number: 1 }],
        ['two', [2]],
      ]),
    );
    await cache.deleteMany(['one', 'none']);
    expect([...(await cache.getMany(['one', 'two'])).keys()]).toEqual(['two']);
  });

  it('does nothing where nothing is asked of it', async () => {
    await cache.setMany([]);
    await cache.deleteMany([]);
    expect(await cache.getMany([])).toEqual(new Map());
  });

  it('serves many at the same time', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `many ${index}`);
    await Promise.all(keys.map((key) => cache.set(key, key, 60)));
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys);
  });
});

describe('no cache', () => {
  it('works, and keeps nothing', async () => {
    const cache = open({ kind: 'none' });
    await cache.ping();
    await cache.set('key', 1);
    await cache.delete('key');
    expect(await cache.get('key')).toBeUndefined();
    await cache.close();
  });
});
