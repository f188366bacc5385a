import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../deadline.ts';
import { errorMessage } from '../error-message.ts';
import type { Logger } from '../logging.ts';
import { PRODUCT_SLUG } from '../product.ts';
import { connectClient } from './encrypted-connection.ts';

/** What a {@link NotificationListener} needs. */
export interface NotificationListenerOptions {
  readonly databaseUrl: string;
  readonly channel: string;
  readonly logger: Logger;
  /** Called each time the listener is connected, also after a lost connection. */
  readonly onListening: () => void;
  readonly onNotification: (payload: string) => void;
}

/** The wait before a lost connection is made again. */
const RECONNECT_SECONDS = 1;

/** How often the connection is asked whether it still lives: a dead one says nothing by itself. */
const PROBE_SECONDS = 10;

/** How long a connection may take to close: the other side may be gone. */
const CLOSE_SECONDS = 2;

/** Holds one connection on which Postgres's notifications come in, and makes it again when it is lost. */
export class NotificationListener {
  readonly #options: NotificationListenerOptions;
  readonly #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor(options: NotificationListenerOptions) {
    this.#options = options;
  }

  /** Connects in the background. */
  start(): void {
    this.#finished = this.#listenUntilStopped();
  }

  /** Closes the connection. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #listenUntilStopped(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#listenOnce(signal);
      } catch (error) {
        if (!signal.aborted) {
          const reason = errorMessage(error);
          this.#options.logger.warn({ reason }, 'no notifications from Postgres, polling alone');
        }
      }
      await sleep(RECONNECT_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when it is stopped, or the connection has ended; rejects when it is lost. */
  async #listenOnce(signal: AbortSignal): Promise<void> {
    const client = await connectClient(this.#options.databaseUrl, {
      application_name: `${PRODUCT_SLUG} notifications`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: PROBE_SECONDS * 1_000,
    });
    const over = new AbortController();
    const end = () => over.abort();
    let lost: Error | undefined;
    signal.addEventListener('abort', end, { once: true });
    // It may have been stopped while the connection was made.
    if (signal.aborted) end();
    client.once('end', end);
    // More than one may come, and one without a listener ends the process.
    client.on('error', (error) => {
      lost ??= error;
      end();
    });
    try {
      client.on('notification', ({ payload }) => this.#options.onNotification(payload ?? ''));
      await client.query(`LISTEN ${client.escapeIdentifier(this.#options.channel)}`);
      if (!over.signal.aborted) this.#options.onListening();
      while (!over.signal.aborted) {
        await sleep(PROBE_SECONDS * 1_000, undefined, { signal: over.signal }).catch(() => undefined);
        if (!over.signal.aborted) await client.query('SELECT 1');
      }
      if (lost) throw lost;
    } finally {
      signal.removeEventListener('abort', end);
      await within(CLOSE_SECONDS * 1_000, client.end()).catch(() => undefined);
    }
  }
}
