import type { Request } from 'express';
import type { Knex } from 'knex';
import { isUuid } from '../../platform/uuid.ts';

/** One value of a request's query: its text, without white space around it; undefined if it is empty. */
export function textOf(request: Pick<Request, 'query'>, name: string): string | undefined {
  return asText(request.query[name]);
}

/** Something that was sent, as such a text. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The greatest value of Postgres's `integer`. */
const GREATEST_INTEGER = 2_147_483_647;

/** A text as a whole number that Postgres can compare an `integer` with; undefined if it is not one. */
export function asInteger(text: string | undefined): number | undefined {
  return /^\d{1,10}$/.test(text ?? '') && Number(text) <= GREATEST_INTEGER ? Number(text) : undefined;
}

/** Narrows a query to rows from one moment to another, this one excluded; either may be missing, or be none. */
export function between(
  query: Knex.QueryBuilder,
  column: string,
  from: string | undefined,
  to: string | undefined,
): void {
  const [start, end] = [asMoment(from), asMoment(to)];
  if (start !== undefined) query.where(column, '>=', start);
  if (end !== undefined) query.where(column, '<', end);
}

/** A text as a moment that Postgres knows, in the years 1 to 9999; undefined if it is not one. */
export function asMoment(text: string | undefined): string | undefined {
  const date = new Date(text ?? '');
  if (text === undefined || Number.isNaN(date.getTime())) return undefined;
  const iso = date.toISOString();
  if (!/^\d{4}-/.test(iso) || iso.startsWith('0000')) return undefined;
  // Microseconds, where there are some, would be lost in a Date.
  return isPlaceMoment(text) ? text : iso;
}

/** Returns whether a text is a moment with microseconds; not the 30th of February, which a Date takes for the 1st of March. */
function isPlaceMoment(text: string): boolean {
  const date = new Date(text);
  return (
    PLACE_MOMENT.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text.slice(0, 23))
  );
}

/** A place in a list that is ordered by a moment, and by ids among what has the same one. */
export interface Place {
  readonly moment: string;
  readonly id: string;
}

const PLACE_MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** A place as addresses have it. */
export function placeText({ moment, id }: Place): string {
  return `${moment}_${id}`;
}

/** The place that a text names; undefined if it names none. */
export function asPlace(text: string | undefined): Place | undefined {
  const [moment = '', id = ''] = (text ?? '').split('_');
  return isPlaceMoment(moment) && !moment.startsWith('0000') && isUuid(id) ? { moment, id } : undefined;
}
