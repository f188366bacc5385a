/** What a `COPY` in the format `binary` ends with: the number of columns of a row that does not come. */
export const BINARY_TRAILER: Buffer = Buffer.from([0xff, 0xff]);

/** The signature, the flags, and the length of what follows. */
const HEADER_BYTES = 19;

/** What came is no `COPY` in the format `binary`. */
export class BinaryCopyError extends Error {
  override readonly name = 'BinaryCopyError';
}

/**
 * Returns the rows of a `COPY` in the format `binary`, piece by piece, without the trailer: the rows of several, and one
 * {@link BINARY_TRAILER}, are again one `COPY`.
 *
 * @param withHeader whether the header comes before the rows, as it does in the first of several.
 * @throws {BinaryCopyError}
 */
export async function* binaryRows(
  copy: AsyncIterable<Buffer>,
  { withHeader }: { readonly withHeader: boolean },
): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of withHeader ? copy : withoutHeader(copy)) {
    if (piece.length < BINARY_TRAILER.length) {
      held = Buffer.concat([held, piece]);
    } else {
      if (held.length > 0) yield held;
      held = piece;
    }
  }
  const end = held.length - BINARY_TRAILER.length;
  if (end < 0 || !held.subarray(end).equals(BINARY_TRAILER))
    throw new BinaryCopyError('The trailer is missing');
  if (end > 0) yield held.subarray(0, end);
}

async function* withoutHeader(copy: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let header: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of copy) {
    if (!header) {
      yield piece;
      continue;
    }
    header = Buffer.concat([header, piece]);
    const length = headerLength(header);
    if (length === undefined || header.length < length) continue;
    const rows = header.subarray(length);
    header = undefined;
    if (rows.length > 0) yield rows;
  }
}

/** `undefined` if too little has come to know it. */
function headerLength(bytes: Buffer): number | undefined {
  return bytes.length < HEADER_BYTES ? undefined : HEADER_BYTES + bytes.readUInt32BE(HEADER_BYTES - 4);
}
