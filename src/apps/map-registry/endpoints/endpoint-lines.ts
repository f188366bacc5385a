import { readWebAddress } from './web-address.ts';

/** Endpoints of one list at most. */
const MOST_ENDPOINTS = 10_000;

/** Refused lines of a list that are named; the others are counted. */
const MOST_REFUSED_LINES = 1_000;

/** A line of a list that is no endpoint. */
export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  /** A sentence. */
  readonly reason: string;
}

/** What a list of endpoints has. */
export interface EndpointLines {
  /** Each once, in the order of the list. */
  readonly urls: readonly string[];
  /** Lines with a URL that the list has further up. */
  readonly duplicateCount: number;
  /** The first of the refused lines. */
  readonly refused: readonly RefusedLine[];
  readonly refusedCount: number;
}

/** A list of endpoints cannot be taken at all. The message is a sentence for people. */
export class EndpointListError extends Error {
  override readonly name = 'EndpointListError';
}

/**
 * Reads a list of endpoints: one URL a line. Empty lines, and those that begin with `#`, are passed over; a line that is no URL
 * is refused on its own.
 *
 * @throws {EndpointListError} where there are too many.
 */
export function readEndpointLines(text: string): EndpointLines {
  const urls = new Set<string>();
  const refused: RefusedLine[] = [];
  let [duplicateCount, refusedCount] = [0, 0];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const address = readWebAddress(trimmed);
    if ('fault' in address) {
      refusedCount += 1;
      if (refused.length < MOST_REFUSED_LINES) refused.push({ line: index + 1, reason: address.fault });
    } else if (urls.has(address.url)) {
      duplicateCount += 1;
    } else {
      urls.add(address.url);
    }
    if (urls.size > MOST_ENDPOINTS) {
      throw new EndpointListError(`A list may have ${MOST_ENDPOINTS} endpoints.`);
    }
  }
  return { urls: [...urls], duplicateCount, refused, refusedCount };
}
