import { describe, expect, it } from '@jest/globals';
import { recentOf, reliabilityInWords } from '../../../src/apps/map-registry/uptime.ts';

describe('the newest checks', () => {
  it('are in the order of time, the newest last', () => {
    expect(recentOf(0b1101n, 4)).toBe('1101');
    expect(recentOf(0b0001n, 4)).toBe('0001');
    expect(recentOf(0n, 0)).toBe('');
  });

  it('are 64 at most, also where the sign bit of a bigint is set', () => {
    expect(recentOf(-1n, 1_000)).toBe('1'.repeat(64));
    expect(recentOf(-(2n ** 63n), 64)).toBe(`1${'0'.repeat(63)}`);
  });
});

describe('reliability in words', () => {
  it.each([
    [0, 0, 'not checked yet'],
    [10, 10, '100 %'],
    [10, 0, '0 %'],
    [3, 2, '67 %'],
    [1_000, 1, '1 %'],
    [100_000, 99_999, '99.9 %'],
  ])('of %d checks, %d of which succeeded, is "%s"', (checkCount, successCount, words) => {
    expect(reliabilityInWords({ checkCount, successCount })).toBe(words);
  });
});
