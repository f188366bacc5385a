import { describe, expect, it } from '@jest/globals';
import {
  delayAfterLossSeconds,
  delayByPolicySeconds,
  growingDelaySeconds,
  isUsedUp,
} from '../../../src/queue/engine/retry.ts';

/** The waits after the first failures. */
function waits(policy: Parameters<typeof delayByPolicySeconds>[0], count = 5): (number | undefined)[] {
  return Array.from({ length: count }, (_, index) => delayByPolicySeconds(policy, index + 1));
}

describe('a retry policy', () => {
  it('without a delay of its own has none', () => {
    expect(waits({ maxAttempts: 3, backoff: 2, jitter: 1 })).toEqual(Array(5).fill(undefined));
  });

  it('waits for the same time after each failure', () => {
    expect(waits({ delaySeconds: 3 })).toEqual([3, 3, 3, 3, 3]);
    expect(waits({ delaySeconds: 0 })).toEqual([0, 0, 0, 0, 0]);
  });

  it('waits longer after each failure with a backoff, but never longer than it may', () => {
    expect(waits({ delaySeconds: 3, backoff: 2 })).toEqual([3, 6, 12, 24, 48]);
    expect(waits({ delaySeconds: 3, backoff: 2, maxDelaySeconds: 10 })).toEqual([3, 6, 10, 10, 10]);
    expect(delayByPolicySeconds({ delaySeconds: 1, backoff: 100 }, 500)).toBe(86_400);
  });

  it('leaves as much to chance as it says, and never waits longer for that', () => {
    const delays = Array.from({ length: 200 }, () =>
      delayByPolicySeconds({ delaySeconds: 10, backoff: 2, jitter: 0.25 }, 2),
    );
    for (const delay of delays) {
      expect(delay).toBeGreaterThan(15 - 1e-9);
      expect(delay).toBeLessThanOrEqual(20);
    }
    expect(new Set(delays).size).toBeGreaterThan(100);
  });
});

describe('a task without a policy', () => {
  it('waits twice as long after each failure, but for no longer than the longest wait', () => {
    const limits = { firstSeconds: 100, longestSeconds: 700 };
    expect([1, 2, 3, 4, 5, 5_000].map((attempt) => growingDelaySeconds(limits, attempt))).toEqual([
      100, 200, 400, 700, 700, 700,
    ]);
  });

  it('always waits for the first time, where the longest one is shorter', () => {
    const limits = { firstSeconds: 100, longestSeconds: 0 };
    expect([1, 2, 3].map((attempt) => growingDelaySeconds(limits, attempt))).toEqual([100, 100, 100]);
  });
});

describe('a task whose worker died', () => {
  it('is presented again at once, then later and later, but within ten seconds', () => {
    expect([1, 2, 3, 4, 5, 1_000].map(delayAfterLossSeconds)).toEqual([0, 2, 4, 8, 10, 10]);
  });
});

describe('a task', () => {
  it('is used up with the last of its attempts, and never where there is no last one', () => {
    expect([1, 2, 3].map((attempt) => isUsedUp(attempt, 2))).toEqual([false, true, true]);
    expect(isUsedUp(1_000_000, 0)).toBe(false);
  });
});
