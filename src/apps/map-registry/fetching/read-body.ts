import type { Response } from 'undici';
import { countReadBytes } from './free-memory.ts';
import { OutsideRequestError } from './outside-client.ts';

const MEBIBYTE = 1024 ** 2;

/** Compressions whose decoders take a few megabytes at most. One of Zstandard may take 128 MiB, as may each of several one in the other. */
const COMPRESSIONS = ['identity', 'gzip', 'x-gzip', 'deflate', 'br'];

/** Characters of the name of a compression that a message quotes. */
const MOST_QUOTED = 50;

/**
 * Reads a body, as it is after decompression.
 *
 * @returns a buffer that has all of its memory to itself, so that it may be transferred to a thread.
 * @throws {OutsideRequestError} where it is larger than it may be, or compressed in another way than the client asks for; what was read
 * until then is dropped.
 */
export async function readBody(
  response: Response,
  { host }: URL,
  maximumBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const tooLarge = () =>
    new OutsideRequestError(`${host} sent more than the ${shownSize(maximumBytes)} that a reply may have.`, {
      fault: 'too-large',
    });
  if (!response.body) return Buffer.from(new ArrayBuffer(0));
  const compression = response.headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (!COMPRESSIONS.includes(compression)) {
    await response.body.cancel();
    throw new OutsideRequestError(
      `${host} sent a reply that is compressed as ${compression.slice(0, MOST_QUOTED)}.`,
      {
        fault: 'broken-reply',
      },
    );
  }
  // A compressed body is larger than its header says.
  if (Number(response.headers.get('content-length') ?? 0) > maximumBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const gathered = new ArrayBuffer(0, { maxByteLength: maximumBytes });
  try {
    for await (const part of response.body) {
      const start = gathered.byteLength;
      const { byteLength } = part;
      if (start + byteLength > maximumBytes) throw tooLarge();
      gathered.resize(start + byteLength);
      new Uint8Array(gathered, start).set(part);
      // Each part owns its memory, which would wait for the garbage collector.
      part.buffer.transfer(0);
      countReadBytes(byteLength);
    }
    return Buffer.from(gathered.transferToFixedLength());
  } finally {
    if (!gathered.detached) gathered.transfer(0);
  }
}

function shownSize(bytes: number): string {
  return bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE} MiB` : `${bytes} bytes`;
}
