import { expect, it } from '@jest/globals';
import {
  BINARY_TRAILER,
  BinaryCopyError,
  binaryRows,
} from '../../../../src/apps/ingestion/copy/binary-copy.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** As Postgres writes it, with an extension of the header of four bytes. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\x04abcd', 'latin1');
const ROWS = Buffer.from([0, 1, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0, 2, 0xff, 0xff]);
const random = seededRandom(12);

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const length = 1 + random.below(6);
    yield bytes.subarray(start, start + length);
    start += length;
  }
}

async function joined(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

it('leaves out the trailer, and the header, wherever pieces begin and end', async () => {
  const copy = Buffer.concat([HEADER, ROWS, BINARY_TRAILER]);
  for (let round = 0; round < 200; round += 1) {
    expect(await joined(binaryRows(inPieces(copy), { withHeader: false }))).toEqual(ROWS);
    expect(await joined(binaryRows(inPieces(copy), { withHeader: true }))).toEqual(
      Buffer.concat([HEADER, ROWS]),
    );
  }
});

it('returns nothing for a copy without rows', async () => {
  const copy = Buffer.concat([HEADER, BINARY_TRAILER]);
  expect(await joined(binaryRows(inPieces(copy), { withHeader: false }))).toEqual(Buffer.alloc(0));
});

it('refuses a copy that is cut off', async () => {
  const copy = Buffer.concat([HEADER, Buffer.from([0, 1, 0])]);
  await expect(joined(binaryRows(inPieces(copy), { withHeader: true }))).rejects.toThrow(BinaryCopyError);
});
