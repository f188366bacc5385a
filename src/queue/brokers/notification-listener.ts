import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../platform/logging.ts';

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
        const reason = error instanceof Error ? error.message : String(error);
        if (!signal.aborted)
          this.#options.logger.warn({ reason }, 'no notifications from Postgres, polling alone');
      }
      await sleep(RECONNECT_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when it is stopped; rejects when the connection is lost. */
  async #listenOnce(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.databaseUrl,
      application_name: 'composite-handler notifications',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    const lost = new Promise<never>((_resolve, reject) => {
      client.once('error', reject);
      client.once('end', () => reject(new Error('the connection ended')));
    });
    lost.catch(() => undefined);
    try {
      await client.connect();
      client.on('notification', ({ payload }) => this.#options.onNotification(payload ?? ''));
      await client.query(`LISTEN ${client.escapeIdentifier(this.#options.channel)}`);
      this.#options.onListening();
      while (!signal.aborted) {
        await Promise.race([
          lost,
          sleep(PROBE_SECONDS * 1_000, undefined, { signal }).catch(() => undefined),
        ]);
        if (!signal.aborted) await client.query('SELECT 1');
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
