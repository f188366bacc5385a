import type { LayerDate } from '../layers/layer.ts';
import { DYNASTIES } from './dynasties.ts';
import { LAST_YEAR, startOfYear } from './layer-dates.ts';

/** Characters of a text that are looked at. */
const MAXIMUM_CHARACTERS = 20_000;

/** Dates of a text that are returned at most: the earliest ones. */
const MAXIMUM_DATES = 50;

/** The first year that counts without an era word: smaller numbers are mostly heights and counts. */
const FIRST_BARE_YEAR = 1_400;

/**
 * Finds the dates that a text mentions, such as the title and the abstract of a layer: years with an era (`160 BCE`,
 * `AD 79`, `200–100 BC`), dynasties of China (their first and their last year), and, in texts without an era word, years
 * of four digits from 1400 on. Years after 2300 do not count.
 *
 * @returns the first days of the years, the earliest first, each once.
 */
export function findDates(text: string): readonly LayerDate[] {
  const shown = text.slice(0, MAXIMUM_CHARACTERS);
  const years = new Set([
    ...(ERA_WORD.test(shown) ? yearsWithEra(shown) : bareYears(shown)),
    ...dynastyYears(shown),
  ]);
  return [...years]
    .filter((year) => year !== 0 && year <= LAST_YEAR)
    .toSorted((one, other) => one - other)
    .slice(0, MAXIMUM_DATES)
    .map((year) => ({ date: startOfYear(year), origin: 'detected' }));
}

const ERA = String.raw`(?:B\.?C\.?E\b\.?|B\.?C\b\.?|C\.?E\b\.?|A\.?D\b\.?)`;

const ERA_WORD = new RegExp(String.raw`(?<![\p{L}.])${ERA}(?!\p{L})`, 'u');

/** A year, or two with a dash or a word between them, then the era: `200-100 BCE`, `12 to 14 CE`. */
const YEARS_THEN_ERA = new RegExp(
  String.raw`(?<![\d.,])(\d{1,9})(?:\s?(?:-|–|—|to|and|until)\s?(\d{1,9}))?\s?(${ERA})(?!\p{L})`,
  'gu',
);

/** The era, then a year: `AD 79`. */
const ERA_THEN_YEAR = new RegExp(
  String.raw`(?<![\p{L}\d.])(?<!\d\s)(${ERA})\s?(\d{1,9})(?![\d.,]?\d|\s?${ERA})`,
  'gu',
);

function yearsWithEra(text: string): readonly number[] {
  const after = [...text.matchAll(YEARS_THEN_ERA)].flatMap(([, first, last, era]) =>
    [first, last].filter((year) => year !== undefined).map((year) => yearOf(year, era)),
  );
  const before = [...text.matchAll(ERA_THEN_YEAR)].map(([, era, year]) => yearOf(year, era));
  return [...after, ...before];
}

function yearOf(digits: string | undefined, era: string | undefined): number {
  return era?.startsWith('B') ? -Number(digits) : Number(digits);
}

/** Four digits that are no part of a longer number, a scale (`1:2000`) or a code (`EPSG:2180`). */
const BARE_YEAR = /(?<!\d|\d[.,:]|EPSG:{1,2})\d{4}(?!\d|[.,]\d)/g;

function bareYears(text: string): readonly number[] {
  return [...text.matchAll(BARE_YEAR)]
    .map(([year]) => Number(year))
    .filter((year) => year >= FIRST_BARE_YEAR);
}

function dynastyYears(text: string): readonly number[] {
  const words = new Set(text.split(/[^\p{L}]+/u));
  return DYNASTIES.filter(({ name }) => words.has(name)).flatMap(({ firstYear, lastYear }) => [
    firstYear,
    lastYear,
  ]);
}
