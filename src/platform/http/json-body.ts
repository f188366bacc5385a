import express, { type RequestHandler } from 'express';
import { HttpError } from './http-error.ts';

/** Options of {@link refuseUnreadable} and {@link readJson}. */
export interface JsonBodyOptions {
  readonly mediaTypes: readonly string[];
  /** Of the body, unpacked where it is packed. */
  readonly limitBytes: number;
}

/**
 * Refuses by its headers alone a body that {@link readJson} would refuse: 415 for another media type, 413 for
 * one that says it is too large.
 */
export function refuseUnreadable({ mediaTypes, limitBytes }: JsonBodyOptions): RequestHandler {
  return (request, _response, next) => {
    // Null stands for a request without a body, of which there is nothing to be said yet.
    if (request.is([...mediaTypes]) === false) {
      const given = request.get('content-type') ?? '';
      throw new HttpError(
        415,
        `Unsupported media type "${given}" in request; send ${mediaTypes.join(' or ')}.`,
      );
    }
    if (Number(request.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
    next();
  };
}

/**
 * Reads a body of JSON into `request.body`: 400 where it does not parse, 413 where it is too large. An empty one
 * is `{}` or `undefined`.
 */
export function readJson({ mediaTypes, limitBytes }: JsonBodyOptions): RequestHandler {
  const parse = express.json({ type: [...mediaTypes], limit: limitBytes, strict: false });
  return (request, response, next) => {
    parse(request, response, (error: unknown) => next(error && explain(error, limitBytes)));
  };
}

function explain(error: unknown, limitBytes: number): unknown {
  if (!(error instanceof Error) || !('type' in error)) return error;
  switch (error.type) {
    case 'entity.parse.failed':
      return new HttpError(400, `JSON parse error: ${error.message}`, { cause: error });
    case 'entity.too.large':
      return tooLarge(limitBytes);
    default:
      return error;
  }
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError(413, `The body is larger than ${limitBytes} bytes.`);
}
