import { describe, expect, it } from '@jest/globals';
import {
  formatMoment,
  momentOf,
  parseMoment,
  startOfMonth,
} from '../../../../src/apps/map-registry/indexing/moment.ts';

describe('a moment', () => {
  it.each([
    ['1970-01-01', 0],
    ['2000-02-29T12:30:45Z', Date.UTC(2000, 1, 29, 12, 30, 45) / 1_000],
    ['2000-02-29T12:30+02:00', Date.UTC(2000, 1, 29, 10, 30) / 1_000],
    ['1855', Date.UTC(1855, 0, 1) / 1_000],
    ['1600-03', Date.UTC(1600, 2, 1) / 1_000],
  ])('is read from %s', (text, seconds) => {
    expect(parseMoment(text)?.seconds).toBe(seconds);
  });

  it.each([
    ['-500000000', '-500000000-01-01T00:00:00Z'],
    ['-500', '-0500-01-01T00:00:00Z'],
    ['-0160-01-01', '-0160-01-01T00:00:00Z'],
    ['0', '0000-01-01T00:00:00Z'],
    ['2000-01-01 06:00', '2000-01-01T06:00:00Z'],
    ['12000-12-31T23:59:59.999Z', '12000-12-31T23:59:59Z'],
  ])('is written again: %s as %s', (text, written) => {
    const moment = parseMoment(text);
    expect(moment && formatMoment(moment)).toBe(written);
  });

  it.each([
    '',
    '*',
    '2000-13',
    '2000-02-30',
    '1900-02-29',
    '2000-01-01T24:00',
    'yesterday',
    '20000000000',
    '2000-1-1',
  ])('is not read from %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });

  it('has the month of its day, as `Date` has it', () => {
    for (let day = -200_000; day < 200_000; day += 97) {
      const date = new Date(day * 86_400_000);
      expect(momentOf(day * 86_400).month).toBe(date.getUTCFullYear() * 12 + date.getUTCMonth());
    }
  });

  it('is the first of its month', () => {
    for (const month of [-6_000_000_001, -13, 0, 1, 23_999, 24_001]) {
      expect(momentOf(startOfMonth(month).seconds).month).toBe(month);
      expect(momentOf(startOfMonth(month).seconds - 86_400).month).toBe(month - 1);
    }
  });
});
