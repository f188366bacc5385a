import { momentOfDate } from '../records/store-records.ts';

/** The span of time that a text means, as Postgres reads moments. The end is not part of it. */
export interface MomentRange {
  readonly begin: string;
  readonly end: string;
}

/**
 * Returns the span of time that a date of ISO 8601 means: `2014` the whole year, `2014-09-23` the whole day, a moment itself. `undefined` for
 * what is no date.
 */
export function momentRange(text: string): MomentRange | undefined {
  const begin = momentOfDate(text);
  if (begin === undefined) return undefined;
  const parts = /^([+-]?\d+)(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?$/.exec(text.trim());
  if (!parts || parts[4] !== undefined || begin === '-infinity') return { begin, end: nextInstant(begin) };
  const [, year = '', month, day] = parts;
  const next = new Date(0);
  next.setUTCFullYear(
    Number(year) + (month === undefined ? 1 : 0),
    Number(month ?? 1) - 1 + (month !== undefined && day === undefined ? 1 : 0),
    Number(day ?? 1) + (day === undefined ? 0 : 1),
  );
  return { begin, end: momentOfDate(isoDate(next)) ?? 'infinity' };
}

function isoDate(date: Date): string {
  const year = date.getUTCFullYear();
  const shown = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${shown}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

/** The end of a moment: moments of Postgres have microseconds, and those of requests are compared by the second. */
function nextInstant(begin: string): string {
  if (begin === '-infinity') return momentOfDate('-4712-01-01') ?? begin;
  const date = new Date(begin);
  // Moments before Christ are not known to a Date in this form; nothing is dated to the second there.
  if (Number.isNaN(date.getTime())) return begin;
  return new Date(date.getTime() + (begin.includes('.') ? 1 : 1_000)).toISOString();
}
