import type { Knex } from 'knex';
import { NotificationListener } from '../../platform/database/notification-listener.ts';
import { prepared } from '../../platform/database/prepared.ts';
import { errorMessage } from '../../platform/error-message.ts';
import type { Platform } from '../../platform/platform.ts';
import { isUuid } from '../../platform/uuid.ts';

/** The channel of Postgres on which stored results are announced; the payload is the queue's name. */
const FINISHED_CHANNEL = 'queue_results';

/** Wakes those who wait for results, when the transaction commits. */
export async function notifyFinished(transaction: Knex.Transaction, queueName: string): Promise<void> {
  await prepared(transaction, 'SELECT pg_notify(?, ?)', [FINISHED_CHANNEL, queueName]);
}

/** What a caller waits for: a task, by its id or name, or that so many of a group have ended. */
export interface Wanted {
  readonly idOrName?: string;
  readonly group?: string;
  readonly least: number;
  /** Whether what is in the cache counts. */
  readonly cached: boolean;
}

/** Two look-ups are so far apart at least, however often results are stored. */
const PAUSE_MILLISECONDS = 5;

/** After a look-up that takes long, the pause is so many times as long as that. */
const PAUSE_FACTOR = 5;

/** How often it is looked up without a notification: one may be lost with its connection. */
const POLL_MILLISECONDS = 5_000;

/** How long the connection for notifications is kept when no caller waits: one may wait again soon. */
const IDLE_MILLISECONDS = 1_000;

/** `setTimeout` counts in 32 bits; no wait is longer than that. */
const LONGEST_WAIT_MILLISECONDS = 2_147_483_647;

interface Waiter {
  readonly wanted: Wanted;
  readonly wake: () => void;
}

const watches = new WeakMap<Platform, FinishedWatch>();

/**
 * Wakes those who wait for results. However many they are, there is one connection on which Postgres notifies that
 * results were stored, and one statement that looks up what all of them wait for.
 */
export class FinishedWatch {
  readonly #platform: Platform;
  readonly #waiters = new Set<Waiter>();
  #listener: NotificationListener | undefined;
  #poll: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isLooking = false;
  #lookAgain = false;
  #nextLookMilliseconds = 0;

  private constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** The one of a process: its queues share it. */
  static of(platform: Platform): FinishedWatch {
    const watch = watches.get(platform) ?? new FinishedWatch(platform);
    watches.set(platform, watch);
    return watch;
  }

  /**
   * Resolves when what is wanted is there, or after a time; -1 for none.
   *
   * @throws the reason of the signal, when that fires.
   */
  async waitFor(wanted: Wanted, milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { wanted, wake: resolve };
    const abort = () => reject(signal.reason);
    const timer =
      milliseconds < 0 ? undefined : setTimeout(resolve, Math.min(milliseconds, LONGEST_WAIT_MILLISECONDS));
    signal.addEventListener('abort', abort, { once: true });
    this.#waiters.add(waiter);
    this.#listen();
    this.#look();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#rest();
    }
  }

  /** Closes the connection if no caller waits; it is made again when one does. */
  async closeIfIdle(): Promise<void> {
    if (this.#waiters.size > 0) return;
    clearTimeout(this.#idle);
    clearTimeout(this.#pause);
    clearInterval(this.#poll);
    const listener = this.#listener;
    this.#listener = undefined;
    this.#pause = undefined;
    await listener?.stop();
  }

  #listen(): void {
    clearTimeout(this.#idle);
    if (this.#listener) return;
    const { settings, logger } = this.#platform;
    this.#listener = new NotificationListener({
      databaseUrl: settings.databaseUrl,
      channel: FINISHED_CHANNEL,
      logger,
      // What was stored before is looked up once the connection is notified of what comes after.
      onListening: () => this.#look(),
      onNotification: () => this.#look(),
    });
    this.#listener.start();
    this.#poll = setInterval(() => this.#look(), POLL_MILLISECONDS);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.closeIfIdle(), IDLE_MILLISECONDS);
  }

  /** Looks up soon what is there by now. */
  #look(): void {
    if (this.#isLooking) this.#lookAgain = true;
    if (this.#isLooking || this.#pause || this.#waiters.size === 0) return;
    const pauseMilliseconds = Math.max(0, this.#nextLookMilliseconds - performance.now());
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      void this.#lookNow();
    }, pauseMilliseconds);
  }

  async #lookNow(): Promise<void> {
    const begun = performance.now();
    this.#isLooking = true;
    this.#lookAgain = false;
    const waiters = [...this.#waiters];
    try {
      for (const place of await this.#lookUp(waiters.map(({ wanted }) => wanted))) waiters[place]?.wake();
    } catch (error) {
      this.#platform.logger.warn(
        { reason: errorMessage(error) },
        'results that are waited for could not be looked up, trying again',
      );
    }
    const ended = performance.now();
    this.#nextLookMilliseconds = ended + Math.max(PAUSE_MILLISECONDS, PAUSE_FACTOR * (ended - begun));
    this.#isLooking = false;
    if (this.#lookAgain) this.#look();
  }

  /** The places in the list of what is there. */
  async #lookUp(wanted: readonly Wanted[]): Promise<number[]> {
    if (wanted.length === 0) return [];
    const rows = wanted.map(({ idOrName, group, least, cached }, place) => ({
      place,
      id: idOrName !== undefined && isUuid(idOrName) ? idOrName : null,
      name: idOrName ?? null,
      group: group ?? null,
      least,
      cached,
    }));
    const found = await this.#platform.database.raw<{ rows: { place: number }[] }>(
      // No more of a group is counted than is waited for.
      `SELECT place
       FROM json_to_recordset(?::json) AS wanted (place integer, id uuid, name text, "group" text, least integer,
         cached boolean)
       CROSS JOIN LATERAL (SELECT count(*) AS ended FROM (
         (SELECT 1 FROM queue.tasks WHERE tasks.id = wanted.id)
         UNION ALL (SELECT 1 FROM queue.tasks WHERE tasks.name = wanted.name LIMIT 1)
         UNION ALL (SELECT 1 FROM queue.tasks WHERE tasks."group" = wanted."group" LIMIT wanted.least)
         UNION ALL (SELECT 1 FROM queue.cached_results AS result WHERE wanted.cached AND result.task_id = wanted.id
           AND result.expires > clock_timestamp())
         UNION ALL (SELECT 1 FROM queue.cached_results AS result WHERE wanted.cached AND result.name = wanted.name
           AND result.expires > clock_timestamp() LIMIT 1)
         UNION ALL (SELECT 1 FROM queue.cached_results AS result WHERE wanted.cached AND result."group" = wanted."group"
           AND result.expires > clock_timestamp() LIMIT wanted.least)
       ) AS task) AS tasks_there
       WHERE ended >= wanted.least`,
      [JSON.stringify(rows)],
    );
    return found.rows.map(({ place }) => place);
  }
}
