import { describe, expect, it } from '@jest/globals';
import {
  readSeedInterval,
  readTime,
  TimeError,
  timeText,
} from '../../../../src/apps/view-server/tiles/tile-time.ts';

describe('the time of a tile', () => {
  it.each([
    ['2018-06-01T00:00:00Z--2018-07-01T00:00:00Z', '2018-06-01T00:00:00Z--2018-07-01T00:00:00Z'],
    ['2018-06-01T00:00:00Z/2018-07-01T00:00:00Z', '2018-06-01T00:00:00Z--2018-07-01T00:00:00Z'],
    ['2018-06-01T02:00:00+02:00/2018-06-01T00:00:00Z', '2018-06-01T00:00:00Z--2018-06-01T00:00:00Z'],
    ['2018-06-01T10:30/2018-06-01T10:31', '2018-06-01T10:30:00Z--2018-06-01T10:31:00Z'],
    ['2018-06-01T10:30:00.123456Z', '2018-06-01T10:30:00.123Z--2018-06-01T10:30:00.123Z'],
    ['2018-06-01', '2018-06-01T00:00:00Z--2018-06-01T23:59:59.999Z'],
    ['2018-06/2018-07', '2018-06-01T00:00:00Z--2018-07-31T23:59:59.999Z'],
    ['2020', '2020-01-01T00:00:00Z--2020-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, key) => {
    expect(timeText(readTime(text))).toBe(key);
  });

  it.each([undefined, '', 'default'])('is all time where it is %s', (text) => {
    expect(readTime(text)).toBeUndefined();
    expect(timeText(readTime(text))).toBe('');
  });

  it.each([
    'yesterday',
    '2018-02-30',
    '2018-13',
    '2018-06-01T25:00:00Z',
    '2018/2019/P1D/x',
    '2019/2018',
    '/2018',
    '2018--',
    '2018-06-01T00:00:00Z--../../etc',
  ])('is refused where it is %s', (text) => {
    expect(() => readTime(text)).toThrow(TimeError);
  });

  it('has two ends where it is seeded', () => {
    expect(() => readSeedInterval('2018/2019/P1D')).toThrow(TimeError);
    expect(timeText(readSeedInterval('2018/2019'))).toBe('2018-01-01T00:00:00Z--2019-12-31T23:59:59.999Z');
    expect(() => readSeedInterval('2018')).toThrow('"2018" is not an interval such as');
  });
});
