import { NotificationListener } from '../../../platform/database/notification-listener.ts';
import type { Platform } from '../../../platform/platform.ts';
import { ENDED_CHANNEL } from './attempts.ts';
import { findItem, type StoredItem } from './stored-items.ts';

/** How often items are looked at that nothing was heard of: a notification may be lost with its connection. */
const PROBE_MILLISECONDS = 5_000;

/** Waits for the ends of items. It listens to Postgres while something waits, by one connection. */
export class EndedItems {
  readonly #platform: Pick<Platform, 'database' | 'logger' | 'settings'>;
  readonly #waiting = new Map<number, Set<() => void>>();
  #listener: NotificationListener | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor(platform: Pick<Platform, 'database' | 'logger' | 'settings'>) {
    this.#platform = platform;
  }

  /** How many callers wait. */
  get waitingCount(): number {
    return [...this.#waiting.values()].reduce((sum, looks) => sum + looks.size, 0);
  }

  /**
   * Waits until an item neither waits nor is in work.
   *
   * @param signal ends the wait.
   * @param seen is called with each state of the item that was read.
   * @returns the item; `undefined` if it is not there, or the wait was ended.
   */
  async wait(
    itemId: number,
    signal: AbortSignal,
    seen: (item: StoredItem) => void = () => undefined,
  ): Promise<StoredItem | undefined> {
    let wake = Promise.withResolvers<void>();
    const look = () => wake.resolve();
    this.#add(itemId, look);
    signal.addEventListener('abort', look, { once: true });
    try {
      while (!signal.aborted) {
        const item = await findItem(this.#platform.database, itemId);
        if (!item || hasEnded(item)) return item;
        seen(item);
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
      return undefined;
    } finally {
      signal.removeEventListener('abort', look);
      this.#remove(itemId, look);
    }
  }

  #add(itemId: number, look: () => void): void {
    const looks = this.#waiting.get(itemId) ?? new Set();
    this.#waiting.set(itemId, looks.add(look));
    if (this.#listener) return;
    const { settings, logger } = this.#platform;
    this.#listener = new NotificationListener({
      databaseUrl: settings.databaseUrl,
      channel: ENDED_CHANNEL,
      logger,
      onListening: () => this.#lookAtAll(),
      onNotification: (payload) => this.#lookAt(Number(payload)),
    });
    this.#listener.start();
    this.#probe = setInterval(() => this.#lookAtAll(), PROBE_MILLISECONDS);
  }

  #remove(itemId: number, look: () => void): void {
    const looks = this.#waiting.get(itemId);
    looks?.delete(look);
    if (looks?.size === 0) this.#waiting.delete(itemId);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#probe);
    // The caller need not wait until its connection is closed.
    void this.#listener?.stop();
    this.#listener = undefined;
  }

  #lookAtAll(): void {
    for (const itemId of this.#waiting.keys()) this.#lookAt(itemId);
  }

  #lookAt(itemId: number): void {
    for (const look of this.#waiting.get(itemId) ?? []) look();
  }
}

function hasEnded({ newest }: StoredItem): boolean {
  return newest.state !== 'waiting' && newest.state !== 'running' && newest.state !== 'lost';
}
