import { describe, expect, it } from '@jest/globals';
import {
  timeBinsOf,
  yearInWords,
} from '../../../../src/apps/map-registry/client/front-end/search/time-bins.ts';

describe('the bars of the years', () => {
  it('have a year each where there are few, without gaps', () => {
    const bins = timeBinsOf([
      { year: 2003, count: 2 },
      { year: 2000, count: 1 },
    ]);
    expect(bins.map(({ from, to, count }) => [from, to, count])).toEqual([
      [2000, 2000, 1],
      [2001, 2001, 0],
      [2002, 2002, 0],
      [2003, 2003, 2],
    ]);
  });

  it('have as many years each as the whole needs, and lose no layer', () => {
    const counts = Array.from({ length: 300 }, (_, at) => ({ year: 1_700 + at, count: 1 }));
    const bins = timeBinsOf(counts);
    expect(bins.length).toBeLessThanOrEqual(57);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(bins.at(-1)?.to).toBe(1_999);
  });

  it('share the first one where few layers are far older', () => {
    const counts = Array.from({ length: 200 }, (_, at) => ({ year: 1_820 + at, count: 10 }));
    const [first, second] = timeBinsOf([{ year: -500_000_000, count: 1 }, ...counts]);
    expect(first).toEqual({ from: -500_000_000, to: 1_824, count: 51, isOlder: true });
    expect(second?.from).toBe(1_825);
  });

  it('are none where nothing has a date', () => {
    expect(timeBinsOf([])).toEqual([]);
    expect(timeBinsOf([{ year: 2000, count: 0 }])).toEqual([]);
  });
});

describe('a year in words', () => {
  it.each([
    [1855, '1855'],
    [0, '1 BCE'],
    [-220, '221 BCE'],
    [-499_999_999, '500,000,000 BCE'],
  ])('%d is %s', (year, words) => {
    expect(yearInWords(year)).toBe(words);
  });
});
