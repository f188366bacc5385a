import type { Response } from 'express';
import { OgcError } from '../ogc-error.ts';

/** A reply of fewer bytes is sent in any case. */
const SMALL_REPLY_BYTES = 1_024 * 1_024;

/** Replies of a process that their clients have not read yet. */
const MOST_BYTES = 512 * 1_024 * 1_024;

/** A client that reads nothing for so long loses its connection. */
const PATIENCE_MILLISECONDS = 60_000;

let unsentBytes = 0;

/**
 * Counts a reply as unsent until its connection has taken it. Without a limit, clients that read slowly fill the memory with large replies.
 *
 * @throws {OgcError} 503: there are too many.
 */
export function countUnsentReply(response: Response, bytes: number): void {
  if (bytes < SMALL_REPLY_BYTES) return;
  if (unsentBytes + bytes > MOST_BYTES) {
    const message = 'Other clients have not read their replies yet. Try again later.';
    throw new OgcError('NoApplicableCode', message, { status: 503 });
  }
  unsentBytes += bytes;
  response.once('close', () => {
    unsentBytes -= bytes;
  });
  response.setTimeout(PATIENCE_MILLISECONDS, () => response.destroy());
}
