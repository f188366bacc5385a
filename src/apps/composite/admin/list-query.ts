import type { Request } from 'express';
import type { Knex } from 'knex';

/** One value of a request's query: its text, without white space around it; undefined where it is empty. */
export function textOf(request: Pick<Request, 'query'>, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The greatest value of Postgres's `integer`. */
const GREATEST_INTEGER = 2_147_483_647;

/** A whole number of a request's query that Postgres can compare an `integer` with. */
export function integerOf(request: Pick<Request, 'query'>, name: string): number | undefined {
  return asInteger(textOf(request, name) ?? '');
}

/** A text as such a number; undefined where it is none. */
export function asInteger(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= GREATEST_INTEGER ? Number(text) : undefined;
}

/** Narrows a query to rows from one moment to another, of which either may be missing, or be none. */
export function between(
  query: Knex.QueryBuilder,
  column: string,
  from: string | undefined,
  to: string | undefined,
): void {
  const [start, end] = [asMoment(from), asMoment(to)];
  if (start) query.where(column, '>=', start);
  if (end) query.where(column, '<', end);
}

function asMoment(text: string | undefined): string | undefined {
  const moment = new Date(text ?? '');
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
