import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../platform/logging.ts';

/** How long between two looks at the database. */
const PAUSE_MILLISECONDS = 1_000;

/** Who watches. */
export interface Watcher {
  /** Called whenever something has changed, with all of it as JSON. */
  readonly onNews: (json: string) => void;
  /** Called after each look, about once a second, whether or not something has changed. */
  readonly onLook: () => void;
  /** Called when it could not be read; after that, nothing is called any more. */
  readonly onFailure: () => void;
}

/**
 * Reads something for all watchers in this process: at most once a second, however many there are, and not at all
 * while there are none.
 */
export class LiveDashboard {
  readonly #read: () => Promise<object>;
  readonly #logger: Logger;
  readonly #watchers = new Set<Watcher>();
  #latest: { readonly json: string; readonly readMilliseconds: number } | undefined;
  #reading: Promise<string> | undefined;
  #isWatching = false;

  constructor(read: () => Promise<object>, logger: Logger) {
    this.#read = read;
    this.#logger = logger;
  }

  /** How many watch. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** What it is now, as JSON, or was less than a second ago. */
  current(): Promise<string> {
    const { json, readMilliseconds } = this.#latest ?? {
      json: '',
      readMilliseconds: Number.NEGATIVE_INFINITY,
    };
    if (performance.now() - readMilliseconds < PAUSE_MILLISECONDS) return Promise.resolve(json);
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Calls a watcher with what it is, and again whenever it changes, until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#isWatching && this.#latest) watcher.onNews(this.#latest.json);
    else if (!this.#isWatching) void this.#watch();
    return () => this.#watchers.delete(watcher);
  }

  async #watch(): Promise<void> {
    this.#isWatching = true;
    let told: string | undefined;
    while (this.#watchers.size > 0) {
      try {
        const json = await this.current();
        if (json !== told) for (const { onNews } of this.#watchers) onNews(json);
        for (const { onLook } of this.#watchers) onLook();
        told = json;
      } catch (error) {
        this.#logger.warn({ err: error }, 'the dashboard cannot be read');
        const watchers = [...this.#watchers];
        this.#watchers.clear();
        for (const { onFailure } of watchers) onFailure();
      }
      // It must not keep a process from ending.
      await sleep(PAUSE_MILLISECONDS, undefined, { ref: false });
    }
    this.#isWatching = false;
  }

  async #readNow(): Promise<string> {
    const json = JSON.stringify(await this.#read());
    this.#latest = { json, readMilliseconds: performance.now() };
    return json;
  }
}
