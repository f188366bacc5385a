import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../src/map-kit/budget.ts';

const never = new AbortController().signal;

/** Work that says when it begins, and ends when it is let go. */
function gated(budget: Budget, bytes: number, signal = never) {
  const gate = Promise.withResolvers<void>();
  let hasBegun = false;
  const done = budget.run(bytes, signal, () => {
    hasBegun = true;
    return gate.promise;
  });
  return { done, end: gate.resolve, hasBegun: () => hasBegun };
}

describe('a budget of memory', () => {
  it('lets work begin in its order, as long as there is memory for it', async () => {
    const budget = new Budget(100);
    const works = [60, 60, 30].map((bytes) => gated(budget, bytes));
    await setImmediate();
    expect(works.map(({ hasBegun }) => hasBegun())).toEqual([true, false, false]);
    works[0]?.end();
    await works[0]?.done;
    await setImmediate();
    expect(works.map(({ hasBegun }) => hasBegun())).toEqual([true, true, true]);
  });

  it('lets work begin by itself that takes more than there is', async () => {
    const budget = new Budget(100);
    const large = gated(budget, 1_000);
    const other = gated(budget, 1);
    await setImmediate();
    expect([large.hasBegun(), other.hasBegun()]).toEqual([true, false]);
    large.end();
    other.end();
    await Promise.all([large.done, other.done]);
  });

  it('is free again after work that failed', async () => {
    const budget = new Budget(100);
    await expect(budget.run(100, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(budget.run(100, never, async () => 'yes')).resolves.toBe('yes');
  });

  it('forgets work that is given up while it waits', async () => {
    const budget = new Budget(100);
    const first = gated(budget, 100);
    const given = new AbortController();
    const second = gated(budget, 100, given.signal);
    const third = gated(budget, 100);
    given.abort(new Error('gone'));
    await expect(second.done).rejects.toThrow('gone');
    first.end();
    await first.done;
    await setImmediate();
    expect([second.hasBegun(), third.hasBegun()]).toEqual([false, true]);
    third.end();
    await third.done;
  });
});
