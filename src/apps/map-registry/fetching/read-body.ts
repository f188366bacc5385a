import type { Response } from 'undici';
import { OutsideRequestError } from './outside-client.ts';

const MEBIBYTE = 1024 ** 2;

/**
 * Reads a body, as it is after decompression.
 *
 * @throws {OutsideRequestError} where it is larger than it may be; what was read until then is dropped.
 */
export async function readBody(response: Response, { host }: URL, maximumBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new OutsideRequestError(`${host} sent more than the ${shownSize(maximumBytes)} that a reply may have.`, {
      fault: 'too-large',
    });
  if (!response.body) return Buffer.alloc(0);
  // A compressed body is larger than its header says.
  if (Number(response.headers.get('content-length') ?? 0) > maximumBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const gathered = new ArrayBuffer(0, { maxByteLength: maximumBytes });
  try {
    for await (const part of response.body) {
      const start = gathered.byteLength;
      if (start + part.byteLength > maximumBytes) throw tooLarge();
      gathered.resize(start + part.byteLength);
      new Uint8Array(gathered, start).set(part);
      // Each part owns its memory, which would wait for the garbage collector.
      part.buffer.transfer(0);
    }
    return Buffer.from(gathered.transferToFixedLength());
  } finally {
    if (!gathered.detached) gathered.transfer(0);
  }
}

function shownSize(bytes: number): string {
  return bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE} MiB` : `${bytes} bytes`;
}
