import type { Request } from 'express';

/** One value of a request's query: its text, without white space around it; undefined where it is empty. */
export function textOf(request: Pick<Request, 'query'>, name: string): string | undefined {
  return asText(request.query[name]);
}

/** Something that was sent, as such a text. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A text as a moment of Postgres's; undefined where it is none. */
export function asMoment(text: string | undefined): string | undefined {
  const date = new Date(text ?? '');
  if (text === undefined || Number.isNaN(date.getTime())) return undefined;
  // Microseconds, where there are some, would be lost in a Date.
  return PLACE_MOMENT.test(text) ? text : date.toISOString();
}

/** A place in a list that is ordered by a moment, and by ids among what has the same one. */
export interface Place {
  readonly moment: string;
  readonly id: string;
}

const PLACE_MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A place as addresses have it. */
export function placeText({ moment, id }: Place): string {
  return `${moment}_${id}`;
}

/** The place that a text names; undefined where it names none. */
export function asPlace(text: string | undefined): Place | undefined {
  const [, moment, id] = PLACE.exec(text ?? '') ?? [];
  return moment !== undefined && id !== undefined ? { moment, id } : undefined;
}
