import type { LayerDate } from '../layers/layer.ts';

/** Dates after this year are taken for something else. */
export const LAST_YEAR = 2_300;

/** Returns the first day of a year: `1855-01-01`, `-0160-01-01`. Years before the common era are negative. */
export function startOfYear(year: number): string {
  return `${formatYear(year)}-01-01`;
}

/** Returns the year of a date in the form of {@link LayerDate}. */
export function yearOfDate(date: string): number {
  return Number(/^-?\d+/.exec(date)?.[0]);
}

/** `1855`, `-0221`, `1855-05`, `1855-05-12`, and any of them with a time behind it. */
const METADATA_DATE = /^\s*([+-]?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T\s].*)?$/s;

/**
 * Reads a date that a server states. A missing month or day becomes the first one.
 *
 * @returns `undefined` where it is no date, where there is no such day, or where it is after {@link LAST_YEAR}.
 */
export function readMetadataDate(text: string | number | null | undefined): LayerDate | undefined {
  const [, yearText, monthText = '1', dayText = '1'] = METADATA_DATE.exec(String(text ?? '')) ?? [];
  if (yearText === undefined) return undefined;
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  if (year === 0 || year > LAST_YEAR || !isDayOfMonth(year, month, day)) return undefined;
  const date = `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}`;
  return { date, origin: 'metadata' };
}

function formatYear(year: number): string {
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function isDayOfMonth(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  // Leap years recur after 400 years: any year is like one of these, which every calendar of JavaScript can do.
  const likeYear = 2_000 + (((year % 400) + 400) % 400);
  return day <= new Date(Date.UTC(likeYear, month, 0)).getUTCDate();
}
