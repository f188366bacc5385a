interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Lets work begin as long as what it needs is free: work that is large waits for other large work, in the order it came. */
export class MemoryBudget {
  readonly #bytes: number;
  readonly #waiting = new Set<Waiting>();
  #takenBytes = 0;

  /** @param bytes that all work may take at the same time. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /**
   * Does work when there is memory for it.
   *
   * @param bytes that it takes until it ends. Work that takes more than there is has all of it.
   * @throws the reason of the signal, where that comes before the work begins.
   */
  async run<Result>(bytes: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const taken = Math.min(bytes, this.#bytes);
    await this.#take(taken, signal);
    try {
      return await work();
    } finally {
      this.#takenBytes -= taken;
      this.#startWaiting();
    }
  }

  async #take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { bytes, start: resolve };
    const abort = () => {
      // What has begun is given back when it ends.
      if (!this.#waiting.delete(waiting)) return;
      reject(signal.reason);
      this.#startWaiting();
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(waiting);
    this.#startWaiting();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #startWaiting(): void {
    for (const waiting of this.#waiting) {
      if (this.#takenBytes + waiting.bytes > this.#bytes) return;
      this.#waiting.delete(waiting);
      this.#takenBytes += waiting.bytes;
      waiting.start();
    }
  }
}
