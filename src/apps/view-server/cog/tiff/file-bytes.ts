import type { ReadRange } from '../cog-reader.ts';
import { broken } from '../unreadable-image.ts';

/** How much is read at a time while directories are read: in a COG they are all in the first piece. */
const PIECE_BYTES = 64 * 1024;

/** Reads the bytes of directories, and keeps what it has read. */
export class FileBytes {
  readonly #readRange: ReadRange;
  readonly #signal: AbortSignal | undefined;
  readonly #pieces: { readonly start: number; readonly bytes: Buffer }[] = [];

  constructor(readRange: ReadRange, signal?: AbortSignal) {
    this.#readRange = readRange;
    this.#signal = signal;
  }

  /** @throws {UnreadableImageError} the file ends before. */
  async read(start: number, lengthBytes: number): Promise<Buffer> {
    const piece = this.#pieces.find(
      (known) => known.start <= start && start + lengthBytes <= known.start + known.bytes.length,
    );
    if (piece) return piece.bytes.subarray(start - piece.start, start - piece.start + lengthBytes);
    const bytes = await this.#readRange(start, Math.max(lengthBytes, PIECE_BYTES), this.#signal);
    if (bytes.length < lengthBytes) throw broken(`it ends before byte ${start + lengthBytes}`);
    this.#pieces.push({ start, bytes });
    return bytes.subarray(0, lengthBytes);
  }
}
