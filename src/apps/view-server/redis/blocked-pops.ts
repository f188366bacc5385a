import type { Database } from '../../../platform/database/connection.ts';
import type { Stages } from '../stages/stage.ts';
import { type Lease, takeWaiting, type WaitingList } from '../stages/waiting-items.ts';

/** What a client waits for. */
export interface BlockedPop {
  /** The lists by the names of their keys; those first that are tried first. */
  readonly lists: ReadonlyMap<string, WaitingList>;
  readonly from: 'first' | 'last';
  readonly lease: Lease;
  /** 0 for as long as the client is there. */
  readonly timeoutSeconds: number;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
}

/** An item, and the key that it was taken from. */
export interface PoppedItem {
  readonly key: string;
  readonly value: string;
}

interface Waiter extends BlockedPop {
  /** Its time is over, or its client is gone. */
  isOver: boolean;
  readonly end: (item: PoppedItem | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** The clients of this process that wait for items. They are served in the order in which they came. */
export class BlockedPops {
  readonly #database: Database;
  readonly #stages: Stages;
  readonly #waiters = new Set<Waiter>();
  #current: Waiter | undefined;
  #isServing = false;
  #isWoken = false;

  constructor(database: Database, stages: Stages) {
    this.#database = database;
    this.#stages = stages;
  }

  /**
   * Waits for an item. One that is returned is leased to the client, even if the client is gone by then.
   *
   * @returns `undefined` when the time is over, or the client is gone.
   */
  async wait(pop: BlockedPop): Promise<PoppedItem | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<PoppedItem | undefined>();
    const waiter: Waiter = { ...pop, isOver: false, end: resolve, fail: reject };
    const giveUp = () => {
      waiter.isOver = true;
      // What is being taken for it right now is still its own.
      if (waiter !== this.#current) resolve(undefined);
    };
    const timer =
      pop.timeoutSeconds > 0 ? setTimeout(giveUp, Math.ceil(pop.timeoutSeconds * 1_000)) : undefined;
    pop.signal.addEventListener('abort', giveUp, { once: true });
    if (pop.signal.aborted) giveUp();
    this.#waiters.add(waiter);
    this.wake();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      pop.signal.removeEventListener('abort', giveUp);
      this.#waiters.delete(waiter);
    }
  }

  /** Looks for items, as some may have come. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isServing) void this.#serve();
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#isWoken) {
      this.#isWoken = false;
      await this.#serveOnce();
    }
    this.#isServing = false;
  }

  /** Each list that has nothing is looked at once, however many clients wait for it. */
  async #serveOnce(): Promise<void> {
    const emptyKeys = new Set<string>();
    for (const waiter of this.#waiters) {
      if (waiter.isOver) continue;
      this.#current = waiter;
      try {
        const item = await this.#take(waiter, emptyKeys);
        if (item || waiter.isOver) waiter.end(item);
      } catch (error) {
        waiter.fail(error);
      } finally {
        this.#current = undefined;
      }
    }
  }

  async #take({ lists, from, lease }: Waiter, emptyKeys: Set<string>): Promise<PoppedItem | undefined> {
    for (const [key, list] of lists) {
      if (emptyKeys.has(key)) continue;
      const [value] = await this.#database.transaction((transaction) =>
        takeWaiting(transaction, this.#stages, list, { from, count: 1, lease }),
      );
      if (value !== undefined) return { key, value };
      emptyKeys.add(key);
    }
    return undefined;
  }
}
