import { describe, expect, it } from '@jest/globals';
import { MemoryBudget } from '../../../../src/apps/composite/rasterizers/memory-budget.ts';

const NEVER = new AbortController().signal;

describe('a memory budget', () => {
  it('lets those wait whose bytes do not fit, and serves them in order', async () => {
    const budget = new MemoryBudget(10);
    const served: string[] = [];
    const giveBack = await budget.take(6, NEVER);
    const large = budget.take(8, NEVER).then((giveLargeBack) => {
      served.push('large');
      return giveLargeBack;
    });
    const small = budget.take(1, NEVER).then(() => served.push('small'));
    await Promise.resolve();
    expect(served).toEqual([]);
    giveBack();
    await large;
    await small;
    expect(served).toEqual(['large', 'small']);
  });

  it('gives more than there is to who is alone', async () => {
    const budget = new MemoryBudget(10);
    const giveBack = await budget.take(50, NEVER);
    let isServed = false;
    const next = budget.take(1, NEVER).then(() => {
      isServed = true;
    });
    await Promise.resolve();
    expect(isServed).toBe(false);
    giveBack();
    await next;
  });

  it('forgets who does not wait any more', async () => {
    const budget = new MemoryBudget(10);
    const giveBack = await budget.take(10, NEVER);
    const stop = new AbortController();
    const stopped = budget.take(10, stop.signal);
    const next = budget.take(10, NEVER);
    stop.abort(new Error('Out of time'));
    await expect(stopped).rejects.toThrow('Out of time');
    giveBack();
    (await next)();
    expect(typeof (await budget.take(10, NEVER))).toBe('function');
  });
});
