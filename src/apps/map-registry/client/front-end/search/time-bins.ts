/** How many layers have a date in a year. */
export interface YearCount {
  readonly year: number;
  readonly count: number;
}

/** A bar of the histogram: years, both included, and the layers in them. */
export interface TimeBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Whether it has all that is much older than the others, and so more years. */
  readonly isOlder?: boolean;
}

/** Bars at most, beside the one of what is far back. */
const MOST_BINS = 56;

/** Years that a bar may have. */
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000];

/** A bar of more years shows little: then the oldest layers share the first bar, which has many more years. */
const COARSE_YEARS = 20;

/** Of the layers, those that may share that bar. */
const OLDEST_SHARE = 0.04;

/**
 * Makes the bars of a histogram, the oldest first and without gaps. All have the same number of years, but the first one
 * where few layers are much older than the others.
 *
 * @param counts the years that have layers, in any order.
 */
export function timeBinsOf(counts: readonly YearCount[]): readonly TimeBin[] {
  const years = counts.filter(({ count }) => count > 0).sort((one, other) => one.year - other.year);
  const [first, last] = [years[0], years.at(-1)];
  if (!first || !last) return [];
  const whole = stepOf(first.year, last.year);
  const start = whole > COARSE_YEARS ? beginOfMost(years) : first.year;
  const step = start === first.year ? whole : stepOf(start, last.year);
  const begin = Math.floor(start / step) * step;
  const bins: { from: number; to: number; count: number }[] = [];
  for (let from = begin; from <= last.year; from += step) bins.push({ from, to: from + step - 1, count: 0 });
  const older = { from: Math.min(first.year, begin - 1), to: begin - 1, count: 0, isOlder: true };
  for (const { year, count } of years) {
    const bin = year < begin ? older : bins[Math.floor((year - begin) / step)];
    if (bin) bin.count += count;
  }
  const newest = bins.at(-1);
  if (newest) newest.to = last.year;
  return older.count > 0 ? [older, ...bins] : bins;
}

/** A year for people: `1855`, `160 BCE`. */
export function yearInWords(year: number): string {
  if (year > 0) return String(year);
  // The year 0 of ISO 8601 is 1 BCE.
  return `${(1 - year).toLocaleString('en')} BCE`;
}

/** The year before which few layers are. */
function beginOfMost(years: readonly YearCount[]): number {
  const total = years.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  for (const { year, count } of years) {
    before += count;
    if (before > total * OLDEST_SHARE) return year;
  }
  return years[0]?.year ?? 0;
}

function stepOf(from: number, to: number): number {
  const span = to - from + 1;
  const step = STEPS.find((years) => span / years <= MOST_BINS);
  return step ?? 10 ** Math.ceil(Math.log10(span / MOST_BINS));
}
