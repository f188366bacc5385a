import { describe, expect, it } from '@jest/globals';
import { Cache } from '../../../src/platform/cache/index.ts';
import { MemoryCarrier } from '../../../src/platform/cache/memory-carrier.ts';

describe('a cache in memory', () => {
  it('drops what was used least lately when it is full', async () => {
    const cache = new Cache(new MemoryCarrier(1_000));
    const value = 'x'.repeat(300);
    await cache.set('first', value);
    await cache.set('second', value);
    await cache.set('third', value);
    expect(await cache.get('first')).toBe(value);
    await cache.set('fourth', value);
    expect(await cache.get('first')).toBe(value);
    expect(await cache.get('second')).toBeUndefined();
    expect(await cache.get('fourth')).toBe(value);
  });

  it('does not keep what is larger than all of it, nor what stood there before', async () => {
    const cache = new Cache(new MemoryCarrier(1_000));
    await cache.set('key', 'small');
    await cache.set('key', 'x'.repeat(2_000));
    expect(await cache.get('key')).toBeUndefined();
  });
});
