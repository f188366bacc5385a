import { once } from 'node:events';
import type { createClient } from 'redis';
import { DeadlineError, within } from '../deadline.ts';
import { errorMessage } from '../error-message.ts';
import type { Logger } from '../logging.ts';
import { PRODUCT_SLUG } from '../product.ts';
import type { CacheCarrier, CachedText } from './cache.ts';

type Client = ReturnType<typeof createRedisClient>;

/** How long Redis may take for a connection, and for a reply. */
const ANSWER_TIMEOUT_MILLISECONDS = 5_000;

/** The longest pause between two attempts to connect. */
const LONGEST_PAUSE_MILLISECONDS = 2_000;

/** What our keys start with: others may use the same Redis. */
const KEY_PREFIX = `${PRODUCT_SLUG}:`;

/** How many commands may wait for Redis; more fail at once. */
const LONGEST_QUEUE = 10_000;

/**
 * Keeps texts in Redis. It connects when it is first used, and again whenever the connection is lost; a command
 * that finds Redis away fails with the next attempt to connect.
 */
export class RedisCarrier implements CacheCarrier {
  readonly description: string;
  readonly #url: string;
  readonly #logger: Logger;
  #client: Client | undefined;
  #becomingReady: Promise<unknown> | undefined;
  #isAway = false;
  #isClosed = false;

  constructor(url: string, logger: Logger) {
    this.description = `Redis at ${new URL(url).host}`;
    this.#url = url;
    this.#logger = logger;
  }

  async read(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = await this.#ask((client) => client.mGet([...keys]));
    return new Map(
      keys.flatMap((key, place) => {
        const text = texts[place];
        return typeof text === 'string' ? [[key, text]] : [];
      }),
    );
  }

  async write(texts: readonly CachedText[]): Promise<void> {
    // Sent as one, as they are given to the client in one go.
    await this.#ask((client) =>
      Promise.all(
        texts.map(({ key, text, lifetimeMilliseconds }) =>
          client.set(
            key,
            text,
            lifetimeMilliseconds === undefined
              ? {}
              : { expiration: { type: 'PX', value: lifetimeMilliseconds } },
          ),
        ),
      ),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#ask((client) => client.del([...keys]));
  }

  async ping(): Promise<void> {
    await this.#ask((client) => client.ping());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#drop();
  }

  async #ask<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#readyClient();
    const answer = command(client);
    try {
      return await within(ANSWER_TIMEOUT_MILLISECONDS, answer);
    } catch (error) {
      // Replies come in order: behind a command without one, all others would wait too.
      if (error instanceof DeadlineError && this.#client === client) this.#drop();
      throw error;
    }
  }

  async #readyClient(): Promise<Client> {
    // Loaded by the processes that have their cache in Redis alone: it is a third of what a worker would load.
    const redis = await import('redis');
    if (this.#isClosed) throw new Error('it is closed');
    this.#client ??= this.#open(redis.createClient);
    const client = this.#client;
    if (!client.isReady) {
      // Rejected by the client's next "error", so by the outcome of the attempt that is being made.
      this.#becomingReady ??= within(ANSWER_TIMEOUT_MILLISECONDS, once(client, 'ready')).finally(() => {
        this.#becomingReady = undefined;
      });
      await this.#becomingReady;
    }
    return client;
  }

  #open(create: typeof createClient): Client {
    const client = createRedisClient(create, this.#url);
    client.on('error', (error: unknown) => {
      if (!this.#isAway) {
        this.#logger.warn({ cache: this.description, reason: errorMessage(error) }, 'the cache is away');
      }
      this.#isAway = true;
    });
    client.on('ready', () => {
      if (this.#isAway) this.#logger.info({ cache: this.description }, 'the cache is back');
      this.#isAway = false;
    });
    // It is rejected when the client is dropped alone; until then it tries again and again.
    client.connect().catch(() => undefined);
    return client;
  }

  #drop(): void {
    if (this.#client?.isOpen) this.#client.destroy();
    this.#client = undefined;
    this.#becomingReady = undefined;
  }
}

function createRedisClient(create: typeof createClient, url: string) {
  return create({
    url,
    keyPrefix: KEY_PREFIX,
    commandsQueueMaxLength: LONGEST_QUEUE,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: ANSWER_TIMEOUT_MILLISECONDS,
      reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, LONGEST_PAUSE_MILLISECONDS),
    },
  });
}
