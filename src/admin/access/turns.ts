import pLimit, { type LimitFunction } from 'p-limit';

/** Has what belongs together done one by one in this process, in the order in which it comes. */
export class Turns {
  readonly #limits = new Map<string, LimitFunction>();

  /** Runs something after everything before it with the same key. */
  async take<T>(key: string, run: () => Promise<T>): Promise<T> {
    const limit = this.#limits.get(key) ?? pLimit(1);
    this.#limits.set(key, limit);
    try {
      return await limit(run);
    } finally {
      // The one that has just ended is still counted as active.
      if (limit.pendingCount === 0 && limit.activeCount <= 1) this.#limits.delete(key);
    }
  }
}
