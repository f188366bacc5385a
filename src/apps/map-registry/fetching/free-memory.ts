import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that are read before their buffers are freed. */
const READ_BYTES = 2 * 1_024 ** 2;

setFlagsFromString('--expose-gc');
const collectGarbage: (options: {
  readonly type: 'minor' | 'major';
  readonly flavor?: 'last-resort';
}) => void = runInNewContext('gc');

let readBytes = 0;

/**
 * Counts bytes that were read from sockets, and frees the buffers that they came in. V8 alone frees those, and does not before 32 MiB of
 * them wait; a collection of its young generation takes about a millisecond.
 */
export function countReadBytes(bytes: number): void {
  readBytes += bytes;
  if (readBytes < READ_BYTES) return;
  readBytes = 0;
  collectGarbage({ type: 'minor' });
}

/** Frees what is garbage, which V8 alone would do after hundreds of megabytes. It takes some ten milliseconds: call it
 * before work on a large document, which is rare. */
export function freeGarbage(): void {
  collectGarbage({ type: 'major', flavor: 'last-resort' });
}
