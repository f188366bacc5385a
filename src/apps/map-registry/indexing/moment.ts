/**
 * A moment of any age. `Date` and the timestamps of Postgres end too early: layers are of the year -500000000 too. Years are
 * those of the Gregorian calendar, extended to all times.
 */
export interface Moment {
  /** Seconds since 1970, UTC. */
  readonly seconds: number;
  /** Months since January of the year 0. */
  readonly month: number;
}

const SECONDS_OF_DAY = 86_400;
const LARGEST_YEAR = 999_999_999;

const PATTERN =
  /^([+-]?\d{1,9})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;

/**
 * Reads a date or a time of ISO 8601, with any year of up to nine digits. What is missing is January, the 1st, and midnight.
 * Fractions of seconds are dropped.
 *
 * @returns `undefined` where the text is none.
 */
export function parseMoment(text: string): Moment | undefined {
  const [, yearText, month = '01', day = '01', hour = '00', minute = '00', second = '00', zone = 'Z'] =
    PATTERN.exec(text.trim()) ?? [];
  if (yearText === undefined) return undefined;
  const year = Number(yearText);
  if (Math.abs(year) > LARGEST_YEAR || Number(month) < 1 || Number(month) > 12) return undefined;
  if (Number(day) < 1 || Number(day) > daysOfMonth(year, Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const time = Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - offsetSeconds(zone);
  return momentOf(daysOf(year, Number(month), Number(day)) * SECONDS_OF_DAY + time);
}

/** Returns the moment that is so many seconds after 1970. */
export function momentOf(seconds: number): Moment {
  const { year, month } = civilDate(Math.floor(seconds / SECONDS_OF_DAY));
  return { seconds, month: year * 12 + month - 1 };
}

/** Returns the first moment of a month. */
export function startOfMonth(month: number): Moment {
  const year = Math.floor(month / 12);
  return { seconds: daysOf(year, month - year * 12 + 1, 1) * SECONDS_OF_DAY, month };
}

/** Returns a moment as ISO 8601: `2000-03-01T00:00:00Z`; years of other than four digits have a sign or more digits. */
export function formatMoment({ seconds }: Moment): string {
  const days = Math.floor(seconds / SECONDS_OF_DAY);
  const { year, month, day } = civilDate(days);
  const time = seconds - days * SECONDS_OF_DAY;
  const clock = [Math.floor(time / 3_600), Math.floor(time / 60) % 60, time % 60].map(twoDigits).join(':');
  return `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}T${clock}Z`;
}

function formatYear(year: number): string {
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function offsetSeconds(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60);
}

function daysOfMonth(year: number, month: number): number {
  const next = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
  return next - daysOf(year, month, 1);
}

// Both follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras have 400 years.

/** The days from 1970-01-01 to a date. */
function daysOf(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + dayOfEra(yearOfEra, dayOfYear) - 719_468;
}

function dayOfEra(yearOfEra: number, dayOfYear: number): number {
  return yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
}

/** The date that is so many days after 1970-01-01. */
function civilDate(days: number): {
  readonly year: number;
  readonly month: number;
  readonly day: number;
} {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const dayOfYear = ofEra - dayOfEra(yearOfEra, 0);
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
