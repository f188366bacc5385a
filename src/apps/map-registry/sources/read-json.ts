import { errorMessage } from '../../../platform/error-message.ts';
import { decodeText } from '../fetching/decode-text.ts';
import { freeGarbage } from '../fetching/free-memory.ts';
import type { OutsideReply, OutsideRequest } from '../fetching/outside-client.ts';
import { type SourceContext, SourceError } from './map-source.ts';

/** Bytes of a document of JSON: in memory it may be many times as large. */
const MAXIMUM_BYTES = 4 * 1024 ** 2;

/** Values that it may have: each takes up to some hundred bytes. A layer of Esri has about one in sixteen bytes. */
const MOST_VALUES = 300_000;

/** Bytes of a document from which on the garbage of earlier ones is freed. */
const LARGE_BYTES = 256 * 1024;

/** What is before a value. */
const VALUE_MARKS: readonly number[] = Array.from(Buffer.from('[{,'));

/** Characters of a server's own message that are repeated. */
const MOST_MESSAGE = 300;

/** What is asked for, and what it has to be. */
export interface JsonQuestion<T> {
  readonly url: URL;
  /** Whether a value has the form: a function of ajv. */
  readonly isWanted: (value: unknown) => value is T;
  /** What sends it, with an article: `a Map Warper`. */
  readonly what: string;
  readonly basicAuth?: OutsideRequest['basicAuth'];
}

/** A document of JSON, and the reply that it came in. */
export interface JsonReply<T> {
  readonly content: T;
  readonly reply: OutsideReply;
}

/**
 * Fetches a document of JSON.
 *
 * @throws {SourceError} where it is no JSON, or of another form.
 * @throws {OutsideRequestError}
 */
export async function readJson<T>(
  { url, isWanted, what, basicAuth }: JsonQuestion<T>,
  { client, signal }: SourceContext,
): Promise<JsonReply<T>> {
  const reply = await client.get(url, {
    signal,
    maximumBytes: MAXIMUM_BYTES,
    headers: { Accept: 'application/json' },
    ...(basicAuth ? { basicAuth } : {}),
  });
  if (hasMoreValues(reply.body))
    throw new SourceError(`${url.host} sent JSON of more than ${MOST_VALUES} values.`);
  if (reply.body.byteLength > LARGE_BYTES) freeGarbage();
  const content = parseJson(reply, what);
  if (isWanted(content)) return { content, reply };
  const message = messageOf(content);
  throw new SourceError(
    message === undefined
      ? `${url.host} did not send what ${what} sends.`
      : `${url.host} reports an error: ${message}`,
  );
}

function parseJson({ body, headers, url }: OutsideReply, what: string): unknown {
  try {
    const content: unknown = JSON.parse(decodeText(body, headers.get('content-type')));
    return content;
  } catch (error) {
    throw new SourceError(`${url.host} did not send JSON, as ${what} does: ${errorMessage(error)}`);
  }
}

/** Counts what may be the mark of a value, also where it is part of a text. */
function hasMoreValues(body: Uint8Array): boolean {
  if (body.byteLength <= MOST_VALUES) return false;
  let count = 0;
  for (const byte of body) if (VALUE_MARKS.includes(byte)) count += 1;
  return count > MOST_VALUES;
}

/** Servers of Esri have their errors in the reply, with the status 200. */
function messageOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null || !('error' in content)) return undefined;
  const { error } = content;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return typeof message === 'string' && message !== '' ? message.slice(0, MOST_MESSAGE) : undefined;
}
