import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LRUCache } from 'lru-cache';

/** PDFium asks for a few hundred bytes at a time, mostly near each other. */
const BLOCK_BYTES = 64 * 1024;

/** 4 MiB in all, for each open file. */
const KEPT_BLOCKS = 64;

/** A file that is read here and there in small pieces, with little of it in memory however large it is. */
export class FileBlocks {
  readonly #fileBytes: number;
  readonly #descriptor: number;
  readonly #blocks = new LRUCache<number, Uint8Array>({ max: KEPT_BLOCKS });
  #skippedBytes = 0;
  #appendix = new Uint8Array(0);

  /** @throws where the file cannot be opened. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.#fileBytes = fstatSync(this.#descriptor).size;
  }

  /** Without what is skipped, and with what is appended. */
  get sizeBytes(): number {
    return this.#fileBytes - this.#skippedBytes + this.#appendix.length;
  }

  /** From now on position 0 is this many bytes into the file. */
  skip(bytes: number): void {
    this.#skippedBytes = bytes;
  }

  /** From now on the file is read as if these bytes followed its end. */
  append(bytes: Uint8Array): void {
    this.#appendix = Uint8Array.from(bytes);
  }

  /** Fills `target` from this position on; false where the file ends before that, or cannot be read. */
  read(position: number, target: Uint8Array): boolean {
    if (position + target.length > this.sizeBytes) return false;
    const start = position + this.#skippedBytes;
    const ownLength = Math.min(target.length, Math.max(0, this.#fileBytes - start));
    if (ownLength < target.length) {
      const from = start + ownLength - this.#fileBytes;
      target.set(this.#appendix.subarray(from, from + target.length - ownLength), ownLength);
    }
    return this.#readFromFile(start, target.subarray(0, ownLength));
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #readFromFile(position: number, target: Uint8Array): boolean {
    try {
      return target.length >= BLOCK_BYTES
        ? readSync(this.#descriptor, target, { position }) === target.length
        : this.#readFromBlocks(position, target);
    } catch {
      return false;
    }
  }

  #readFromBlocks(position: number, target: Uint8Array): boolean {
    for (let done = 0; done < target.length; ) {
      const offset = (position + done) % BLOCK_BYTES;
      const block = this.#block((position + done - offset) / BLOCK_BYTES);
      const piece = block.subarray(offset, offset + target.length - done);
      if (piece.length === 0) return false;
      target.set(piece, done);
      done += piece.length;
    }
    return true;
  }

  #block(index: number): Uint8Array {
    const kept = this.#blocks.get(index);
    if (kept) return kept;
    const block = new Uint8Array(BLOCK_BYTES);
    const length = readSync(this.#descriptor, block, { position: index * BLOCK_BYTES });
    const filled = block.subarray(0, length);
    this.#blocks.set(index, filled);
    return filled;
  }
}
