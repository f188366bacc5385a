/** Canvases that are kept, and the bytes that each may have: 512 × 512 pixels. */
const MOST_KEPT = 8;
const LARGEST_KEPT_BYTES = 512 * 512 * 4;

/** Memory of pictures that are done, for the next ones: new memory for each keeps the garbage collector busy. */
export class CanvasMemory {
  #kept: Buffer[] = [];

  /** Returns memory that is all zero. */
  take(bytes: number): Buffer {
    const index = this.#kept.findIndex(({ length }) => length === bytes);
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    return kept ? kept.fill(0) : Buffer.alloc(bytes);
  }

  /** Takes memory back that nothing uses any more. */
  giveBack(memory: Buffer): void {
    if (memory.length > LARGEST_KEPT_BYTES || this.#kept.includes(memory)) return;
    this.#kept = [...this.#kept.slice(1 - MOST_KEPT), memory];
  }
}
