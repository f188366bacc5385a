import { describe, expect, it } from '@jest/globals';
import { readInterval, readTimes } from '../../src/map-kit/time-parameter.ts';

const spans = (value: string) =>
  readTimes(value).map(({ begin, end }) => `${begin.toISOString()} ${end.toISOString()}`);

describe('a time', () => {
  it.each([
    ['2018-06-10T10:00:00Z', '2018-06-10T10:00:00.000Z 2018-06-10T10:00:00.000Z'],
    ['2018-06-10T10:00:00.5Z', '2018-06-10T10:00:00.500Z 2018-06-10T10:00:00.500Z'],
    ['2018-06-10T12:00+02:00', '2018-06-10T10:00:00.000Z 2018-06-10T10:00:00.000Z'],
    ['2018-06-10', '2018-06-10T00:00:00.000Z 2018-06-10T23:59:59.999Z'],
    ['2018-12', '2018-12-01T00:00:00.000Z 2018-12-31T23:59:59.999Z'],
    ['2018', '2018-01-01T00:00:00.000Z 2018-12-31T23:59:59.999Z'],
    ['2018-06-01/2018-06-30', '2018-06-01T00:00:00.000Z 2018-06-30T23:59:59.999Z'],
    ['2018-06-01T00:00:00Z/2018-07-01T00:00:00Z/P1D', '2018-06-01T00:00:00.000Z 2018-07-01T00:00:00.000Z'],
  ])('of %s is %s', (value, expected) => {
    expect(spans(value)).toEqual([expected]);
  });

  it('may be several', () => {
    expect(spans('2018,2019-01-01')).toHaveLength(2);
  });

  it.each([
    '',
    'now',
    '2018-13',
    '2018-02-29',
    '0000-01-01',
    '0000/9999',
    '0001-01-01T00:00:00+12:00',
    '9999-12-31T23:00:00-12:00',
    '2018-06-10T25:00:00Z',
    '2018/2017',
    '2018/',
    '2018/2019/P1D/x',
    Array.from({ length: 51 }, () => '2018').join(','),
  ])('is not %s', (value) => {
    expect(() => readTimes(value)).toThrow(expect.objectContaining({ code: 'InvalidDimensionValue' }));
  });

  it('in a leap year has a day more', () => {
    expect(readInterval('2020-02').end.toISOString()).toBe('2020-02-29T23:59:59.999Z');
  });
});
