import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { JobTable } from './job-table.ts';

/** Between two announcements: each one wakes every engine, this one too. */
const PAUSE_MILLISECONDS = 20;

/**
 * Tells the other engines of packages that this one has no room for. The first announcement goes out at once, those that follow go
 * together. What was taken does not wait for them. If one fails, the others find the packages when they look by themselves.
 */
export class Announcements {
  readonly #jobs: JobTable;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #hasTurns = false;
  #hasAnySlots = false;
  readonly #limitKeys = new Set<string>();
  #isSending = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(jobs: JobTable, logger: Logger) {
    this.#jobs = jobs;
    this.#logger = logger;
  }

  /** Packages wait for their turn. */
  announceTurns(): void {
    this.#hasTurns = true;
    this.#start();
  }

  /** Packages may get slots: those of some limit keys, or of any if there are none given. */
  announceSlots(limitKeys?: readonly string[]): void {
    if (limitKeys) for (const key of limitKeys) this.#limitKeys.add(key);
    else this.#hasAnySlots = true;
    this.#start();
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sending;
  }

  #start(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#sending = this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    while (this.#hasTurns || this.#hasAnySlots || this.#limitKeys.size > 0) {
      try {
        await this.#sendNoted();
      } catch (error) {
        this.#logger.warn({ reason: errorMessage(error) }, 'other engines could not be told of packages');
      }
      await sleep(PAUSE_MILLISECONDS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
    this.#isSending = false;
  }

  async #sendNoted(): Promise<void> {
    const [hasTurns, hasAnySlots, limitKeys] = [this.#hasTurns, this.#hasAnySlots, [...this.#limitKeys]];
    // What is noted while this is sent goes out with the next one.
    this.#hasTurns = false;
    this.#hasAnySlots = false;
    this.#limitKeys.clear();
    if (hasTurns) await this.#jobs.announceTurns();
    if (hasAnySlots) await this.#jobs.announceSlots();
    else if (limitKeys.length > 0) await this.#jobs.announceSlots(limitKeys);
  }
}
