import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LRUCache } from 'lru-cache';

/** PDFium asks for a few hundred bytes at a time, mostly near each other. */
const BLOCK_BYTES = 64 * 1024;

/** 4 MiB in all, for each open file. */
const KEPT_BLOCKS = 64;

/** A file that is read here and there in small pieces, with little of it in memory however large it is. */
export class FileBlocks {
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #blocks = new LRUCache<number, Uint8Array>({ max: KEPT_BLOCKS });

  /** @throws where the file cannot be opened. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.sizeBytes = fstatSync(this.#descriptor).size;
  }

  /** Fills `target` from this position on; false where the file ends before that, or cannot be read. */
  read(position: number, target: Uint8Array): boolean {
    if (position + target.length > this.sizeBytes) return false;
    try {
      return target.length >= BLOCK_BYTES
        ? readSync(this.#descriptor, target, { position }) === target.length
        : this.#readFromBlocks(position, target);
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
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
