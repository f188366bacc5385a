import { formatMoment, type Moment, momentOf, startOfMonth } from '../indexing/moment.ts';
import type { TimeBucket } from '../search-engines/search-engine.ts';
import type { TimeGap, TimeRange } from '../search-engines/search-query.ts';

/** A gap, and how it is written. */
export interface NamedGap extends TimeGap {
  /** `P1Y`. */
  readonly name: string;
}

/** A histogram that is asked for. */
export interface HistogramPlan {
  /** What the engine counts by. */
  readonly gap: NamedGap;
  readonly range: TimeRange;
  /** Buckets are put together until there are no more than these; left out where the caller chose the gap. */
  readonly mostBuckets?: number;
}

/** A histogram, as it is returned. */
export interface TimeHistogram {
  readonly start: string;
  readonly end: string;
  readonly gap: string;
  readonly counts: readonly { readonly count: number; readonly value: string }[];
}

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = {
  D: 86_400,
  W: 7 * 86_400,
  TH: 3_600,
  TM: 60,
  TS: 1,
};

const MONTHS_OF_UNIT: Readonly<Record<string, number>> = { Y: 12, M: 1 };

/** Weeks begin on Mondays: 1970-01-05 was one. */
const FIRST_MONDAY_SECONDS = 4 * 86_400;

const LARGEST_SIZE = 100_000;

/** Gaps that are chosen of, from the finest. Of years, 1, 2, 5, 10 and so on follow. */
const GAPS = ['PT1S', 'PT1M', 'PT5M', 'PT15M', 'PT1H', 'PT6H', 'P1D', 'P1W', 'P1M', 'P3M'];

/** Reads a gap of one unit, as ISO 8601 writes it; `undefined` where it is none. */
export function parseGap(text: string): NamedGap | undefined {
  const [, time = '', number = '', unit = ''] = /^P(T?)(\d{1,6})([YMWDHS])$/.exec(text) ?? [];
  const count = Number(number);
  const months = time === '' ? MONTHS_OF_UNIT[unit] : undefined;
  const seconds = SECONDS_OF_UNIT[time + unit];
  if (count < 1 || count > LARGEST_SIZE) return undefined;
  if (months !== undefined) return { name: text, unit: 'month', size: count * months, offset: 0 };
  if (seconds === undefined) return undefined;
  const offset = unit === 'W' ? FIRST_MONDAY_SECONDS : 0;
  return { name: text, unit: 'second', size: count * seconds, offset };
}

/** Plans a histogram. Where no gap is given, the finest is taken that has no more buckets than asked for. */
export function planHistogram({
  mostBuckets,
  gap,
  range,
}: {
  readonly mostBuckets: number;
  readonly gap: NamedGap | undefined;
  readonly range: TimeRange;
}): HistogramPlan {
  if (gap) return { gap, range };
  return { gap: gapOfRange(range, mostBuckets), range, mostBuckets };
}

/** Makes a histogram of what an engine counted. */
export function histogramOf(
  { gap, mostBuckets }: HistogramPlan,
  buckets: readonly TimeBucket[],
): TimeHistogram {
  const shown = mostBuckets === undefined ? { gap, buckets } : merge(gap, buckets, mostBuckets);
  const values = shown.buckets.map(({ start }) => formatMoment(startOf(shown.gap, start)));
  return {
    start: values[0] ?? '*',
    end: values.at(-1) ?? '*',
    gap: shown.gap.name,
    counts: shown.buckets.map(({ count }, index) => ({
      count,
      value: (values[index] ?? '').replace('Z', 'z'),
    })),
  };
}

function startOf({ unit }: TimeGap, start: number): Moment {
  return unit === 'month' ? startOfMonth(start) : momentOf(start);
}

/** An open range may reach far, so that it is counted by years at first. */
function gapOfRange({ from, to }: TimeRange, mostBuckets: number): NamedGap {
  if (from && to) {
    for (const name of GAPS) {
      const gap = parseGap(name);
      if (gap && lengthIn(gap, from, to) <= mostBuckets) return gap;
    }
    const years = to.month / 12 - from.month / 12;
    return yearGaps().find(({ size }) => (years * 12) / size + 1 <= mostBuckets) ?? yearGap(LARGEST_SIZE);
  }
  return yearGap(1);
}

function lengthIn({ unit, size }: TimeGap, from: Moment, to: Moment): number {
  const length = unit === 'month' ? to.month - from.month : to.seconds - from.seconds;
  return length / size + 1;
}

function merge(gap: NamedGap, buckets: readonly TimeBucket[], mostBuckets: number) {
  const first = buckets[0]?.start ?? 0;
  const last = buckets.at(-1)?.start ?? 0;
  const fits = ({ size }: TimeGap) => Math.floor(last / size) - Math.floor(first / size) < mostBuckets;
  if (fits(gap)) return { gap, buckets };
  const coarser =
    yearGaps().find((candidate) => candidate.size >= gap.size && fits(candidate)) ?? yearGap(LARGEST_SIZE);
  const merged = new Map<number, number>();
  for (const { start, count } of buckets) {
    const coarseStart = Math.floor(start / coarser.size) * coarser.size;
    merged.set(coarseStart, (merged.get(coarseStart) ?? 0) + count);
  }
  return { gap: coarser, buckets: [...merged].map(([start, count]) => ({ start, count })) };
}

function yearGap(years: number): NamedGap {
  return { name: `P${years}Y`, unit: 'month', size: years * 12, offset: 0 };
}

function yearGaps(): readonly NamedGap[] {
  return [1, 10, 100, 1_000, 10_000].flatMap((power) => [1, 2, 5].map((digit) => yearGap(digit * power)));
}
