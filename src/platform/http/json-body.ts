import express, { type Request, type RequestHandler } from 'express';
import { findDuplicateName } from '../duplicate-names.ts';
import { mayLoseDigits, parseExactJson } from '../exact-json.ts';
import { charsetOf, decodeBody } from './body-text.ts';
import { HttpError } from './http-error.ts';

/** Options of {@link refuseUnreadable} and {@link readJson}. */
export interface JsonBodyOptions {
  readonly mediaTypes: readonly string[];
  /** Of the body, unpacked where it is packed. */
  readonly limitBytes: number;
}

/** Characters of a name that a message shows. */
const SHOWN_CHARACTERS = 60;

/**
 * Refuses by its headers alone a body that {@link readJson} would refuse: 415 for another media type or charset, 413
 * for one that says it is too large.
 */
export function refuseUnreadable({ mediaTypes, limitBytes }: JsonBodyOptions): RequestHandler {
  return (request, _response, next) => {
    // Null means a request without a body, about which there is nothing to say yet.
    if (request.is([...mediaTypes]) === false) {
      const given = request.get('content-type') ?? '';
      throw new HttpError(
        415,
        `Unsupported media type "${given}" in request; send ${mediaTypes.join(' or ')}.`,
      );
    }
    charsetOf(request.get('content-type') ?? '');
    if (Number(request.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
    next();
  };
}

/**
 * Reads a body of JSON into `request.body`: 400 if it does not parse, has a name twice in one object, or is not in the
 * charset that its `Content-Type` names (by default UTF-8); 413 if it is too large. An empty one is `{}` or `undefined`.
 * {@link exactBody} returns it with all digits of its numbers.
 */
export function readJson({ mediaTypes, limitBytes }: JsonBodyOptions): RequestHandler {
  const readBytes = express.raw({ type: [...mediaTypes], limit: limitBytes });
  return (request, response, next) => {
    readBytes(request, response, (error: unknown) => {
      if (error) return next(explain(error, limitBytes));
      try {
        if (Buffer.isBuffer(request.body)) request.body = parse(request.body, request);
        next();
      } catch (fault) {
        next(fault);
      }
    });
  };
}

const exactBodies = new WeakMap<Request, unknown>();

/** Returns the body that {@link readJson} read, with numbers that a double does not hold as {@link RawJson}. */
export function exactBody(request: Request): unknown {
  return exactBodies.get(request) ?? request.body;
}

function parse(bytes: Buffer, request: Request): unknown {
  const text = decodeBody(bytes, charsetOf(request.get('content-type') ?? ''));
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    refuseDuplicateNames(text);
    if (mayLoseDigits(text)) exactBodies.set(request, parseExactJson(text));
    return body;
  } catch (error) {
    if (error instanceof RangeError)
      throw new HttpError(400, 'The body is nested too deeply.', { cause: error });
    if (error instanceof SyntaxError)
      throw new HttpError(400, `JSON parse error: ${error.message}`, { cause: error });
    throw error;
  }
}

function refuseDuplicateNames(text: string): void {
  const duplicate = findDuplicateName(text);
  if (!duplicate) return;
  const name = JSON.stringify(duplicate.name.slice(0, SHOWN_CHARACTERS));
  throw new SyntaxError(`an object has the name ${name} twice, at character ${duplicate.position + 1}`);
}

function explain(error: unknown, limitBytes: number): unknown {
  if (!(error instanceof Error) || !('type' in error)) return error;
  return error.type === 'entity.too.large' ? tooLarge(limitBytes) : error;
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError(413, `The body is larger than ${limitBytes} bytes.`);
}
