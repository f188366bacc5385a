import { expect, it } from '@jest/globals';
import { findDates } from '../../../../src/apps/map-registry/dates/find-dates.ts';
import { readMetadataDate, yearOfDate } from '../../../../src/apps/map-registry/dates/layer-dates.ts';
import { cpuSecondsOf } from '../../../support/cpu-seconds.ts';

it.each([
  ['a plain year', 'Land use in 1855', ['1855-01-01']],
  ['a range of plain years', 'Surveyed 1998-2004', ['1998-01-01', '2004-01-01']],
  ['a year in the name of a file', 'landuse_2001_final', ['2001-01-01']],
  ['a date', 'Flown on 2001-05-12', ['2001-01-01']],
  ['a decade', 'Roads of the 1990s', ['1990-01-01']],
  ['a year twice', '1855, again in 1855', ['1855-01-01']],
  ['BCE', 'The harbour in 160 BCE', ['-0160-01-01']],
  ['BC without a space', 'The harbour in 160BC', ['-0160-01-01']],
  ['B.C. with stops', 'About 44 B.C.', ['-0044-01-01']],
  ['CE', 'Villages, 79 CE', ['0079-01-01']],
  ['AD before the year', 'Pompeii in AD 79', ['0079-01-01']],
  ['a range before our era', 'Walls, 200-100 BCE', ['-0200-01-01', '-0100-01-01']],
  ['a range across the turn', 'From 27 BCE to 14 CE', ['-0027-01-01', '0014-01-01']],
  ['both ways of writing', 'From 27 BC to AD 14', ['-0027-01-01', '0014-01-01']],
  ['a year of the deep past', 'Continents 500000000 BCE', ['-500000000-01-01']],
  [
    'a plain year beside an era word, which does not count',
    'Roads of 160 BCE, drawn in 1998',
    ['-0160-01-01'],
  ],
  ['a dynasty', 'Walls of the Tang', ['0618-01-01', '0907-01-01']],
  ['a dynasty across the turn', 'Tombs of the Han, Sichuan', ['-0206-01-01', '0220-01-01']],
  ['a dynasty and a year', 'Ming harbours, mapped 1998', ['1368-01-01', '1644-01-01', '1998-01-01']],
])('finds %s', (_what, text, dates) => {
  expect(findDates(text).map(({ date }) => date)).toEqual(dates);
});

it.each([
  ['years before 1400 without an era', 'Peaks above 1200 m'],
  ['years after 2300', 'Sea level in 2400, in EPSG:3857'],
  ['parts of longer numbers', 'Parcel 20010512 of 18551, 3.1415, 1,855'],
  ['scales and codes', 'A map 1:2000 in EPSG:2180'],
  ['the year 0', 'In 0 CE'],
  ['names that a dynasty begins', 'Hanover, Tangier, Minger'],
  ['a small letter', 'a tang of salt'],
  ['words that an era begins', 'ADMINISTRATIVE'],
  ['nothing', ''],
])('does not take %s for dates', (_what, text) => {
  expect(findDates(text)).toEqual([]);
});

it('returns at most fifty dates, and reads a long text quickly', async () => {
  const many = Array.from({ length: 300 }, (_unused, index) => String(1_500 + index)).join(' ');
  expect(findDates(many)).toHaveLength(50);
  const seconds = await cpuSecondsOf(() => {
    findDates('9'.repeat(1_000_000));
    findDates('1-'.repeat(500_000));
    findDates(`${'12 to '.repeat(100_000)}BC`);
  });
  expect(seconds).toBeLessThan(2);
});

it.each([
  ['1855', '1855-01-01'],
  [1855, '1855-01-01'],
  ['2014-09', '2014-09-01'],
  ['2014-09-23', '2014-09-23'],
  ['1855-01-01T00:00:00Z', '1855-01-01'],
  ['-0221', '-0221-01-01'],
  ['-500000000', '-500000000-01-01'],
  ['2000-02-29', '2000-02-29'],
])('reads the date %s that a server states', (text, date) => {
  expect(readMetadataDate(text)).toEqual({ date, origin: 'metadata' });
});

it.each(['', null, undefined, 'soon', '2014-13-01', '2014-02-30', '2301', '0', '1855-1-1-1', '12345678901'])(
  'refuses %p as a date',
  (text) => {
    expect(readMetadataDate(text)).toBeUndefined();
  },
);

it('returns the year of a date', () => {
  expect(['1855-01-01', '-0160-01-01', '-500000000-01-01'].map(yearOfDate)).toEqual([1855, -160, -500000000]);
});
