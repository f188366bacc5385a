import { OgcError } from './ogc-error.ts';

/** A span of time; both ends are in it. An instant begins when it ends. */
export interface TimeInterval {
  readonly begin: Date;
  readonly end: Date;
}

/** Times of one request, at most. */
const MOST_TIMES = 50;

const DATE_AND_TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;

/**
 * Reads a time of WMS or WMTS: instants and intervals by commas; the period of an interval has no effect. A date or month is the
 * whole of it.
 *
 * @throws {OgcError} `InvalidDimensionValue`
 */
export function readTimes(value: string): readonly TimeInterval[] {
  const parts = value.split(',');
  if (parts.length > MOST_TIMES) throw invalid(`There are more than ${MOST_TIMES} times.`);
  return parts.map((part) => readInterval(part.trim()));
}

/** Reads an instant, a date or month, or an interval with a slash. @throws {OgcError} `InvalidDimensionValue` */
export function readInterval(value: string): TimeInterval {
  const [first = '', second, , more] = value.split('/');
  if (more !== undefined) throw invalid(`${quoted(value)} is no interval.`);
  const begin = readSpan(first);
  const end = second === undefined ? begin : readSpan(second);
  if (end.end < begin.begin) throw invalid(`${quoted(value)} ends before it begins.`);
  return { begin: begin.begin, end: end.end };
}

/** Returns the time that a text names: as long as it is exact. */
function readSpan(text: string): TimeInterval {
  const match = DATE_AND_TIME.exec(text);
  if (!match) throw invalid(`${quoted(text)} is no time of ISO 8601.`);
  const [, year = '', month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = match;
  const date = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const time = `${hour ?? '00'}:${minute ?? '00'}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const begin = new Date(`${date}T${time}${zone}`);
  if (!isStorable(begin) || (day !== undefined && Number(day) > daysOfMonth(year, month))) {
    throw invalid(`${quoted(text)} is no time of ISO 8601.`);
  }
  if (hour !== undefined) return { begin, end: begin };
  const next = new Date(begin);
  if (month === undefined) next.setUTCFullYear(next.getUTCFullYear() + 1);
  else if (day === undefined) next.setUTCMonth(next.getUTCMonth() + 1);
  else next.setUTCDate(next.getUTCDate() + 1);
  return { begin, end: new Date(next.getTime() - 1) };
}

/** Postgres has no year 0, and more digits of a year are no time of ISO 8601. An offset may lead to them. */
function isStorable(moment: Date): boolean {
  const year = moment.getUTCFullYear();
  return year >= 1 && year <= 9_999;
}

function daysOfMonth(year: string, month = '01'): number {
  return new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

function invalid(message: string): OgcError {
  return new OgcError('InvalidDimensionValue', message, { locator: 'TIME' });
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
