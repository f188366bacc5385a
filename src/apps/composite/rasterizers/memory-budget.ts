/** Shares a number of bytes among requests, in the order in which they come. */
export class MemoryBudget {
  readonly #totalBytes: number;
  #usedBytes = 0;
  #waiting: { readonly bytes: number; readonly serve: () => void }[] = [];

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /**
   * Waits until these bytes are free. A request for more than there are in all is granted once all are free.
   *
   * @returns what gives them back.
   */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const entry = { bytes, serve: resolve };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal.reason);
      };
      this.#waiting.push(entry);
      signal.addEventListener('abort', leave, { once: true });
      await promise.finally(() => signal.removeEventListener('abort', leave));
    } else {
      this.#usedBytes += bytes;
    }
    return () => this.#giveBack(bytes);
  }

  #fits(bytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + bytes <= this.#totalBytes;
  }

  #giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#usedBytes += first.bytes;
      first.serve();
    }
  }
}
