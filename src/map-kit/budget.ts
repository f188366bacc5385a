interface Waiting {
  readonly amount: number;
  readonly start: () => void;
}

/**
 * Lets work begin as long as what it needs is free: bytes of memory, requests to a server. Work that needs much waits for other such work,
 * in the order it came.
 */
export class Budget {
  readonly #total: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  /** @param total that all work may take at the same time. */
  constructor(total: number) {
    this.#total = total;
  }

  /** Whether nothing is taken, and nothing waits. */
  get isIdle(): boolean {
    return this.#taken === 0 && this.#waiting.size === 0;
  }

  /** Work that waits. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /**
   * Does work when there is enough for it.
   *
   * @param amount that it takes until it ends. Work that takes more than there is has all of it.
   * @throws the reason of the signal, where that comes before the work begins.
   */
  async run<Result>(amount: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const taken = Math.min(amount, this.#total);
    await this.#take(taken, signal);
    try {
      return await work();
    } finally {
      this.#taken -= taken;
      this.#startWaiting();
    }
  }

  async #take(amount: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { amount, start: resolve };
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
      if (this.#taken + waiting.amount > this.#total) return;
      this.#waiting.delete(waiting);
      this.#taken += waiting.amount;
      waiting.start();
    }
  }
}
