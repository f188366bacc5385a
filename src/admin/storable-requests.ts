import express, { type RequestHandler } from 'express';
import { faultOfText } from '../platform/database/storable-text.ts';
import { HttpError } from '../platform/http/http-error.ts';

/** What express calls the limit of a body that names none. */
const DEFAULT_LIMIT = '100kb';

/**
 * Refuses with 400 an address or a form that Postgres could not be asked about: with the character U+0000, or half of a
 * surrogate pair. Forms have to be read before.
 */
export const refuseUnstorable: RequestHandler = (request, _response, next) => {
  const fields: readonly unknown[] = Object.entries(Object(request.body)).flat();
  if (/%00/.test(request.originalUrl) || fields.some(isUnstorable)) throw unstorable();
  next();
};

/** Reads a body of JSON, and refuses with 400 one that has such a text, names included. */
export function readStorableJson(limit: string | number = DEFAULT_LIMIT): ReturnType<typeof express.json> {
  return express.json({
    limit,
    reviver: (name: string, value: unknown) => {
      if (isUnstorable(name) || isUnstorable(value)) throw unstorable();
      return value;
    },
  });
}

function isUnstorable(value: unknown): boolean {
  return typeof value === 'string' && faultOfText(value) !== undefined;
}

function unstorable(): HttpError {
  return new HttpError(400, 'A text must not contain the character U+0000 or half of a surrogate pair.');
}
