import { errorMessage } from '../error-message.ts';
import type { JsonValue } from '../json-value.ts';

/** The cache could not do what it was asked; the message names the carrier, the key and the reason. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
}

/** A text for a cache. Without a lifetime it stays until it is removed, or the cache is lost. */
export interface CachedText {
  readonly key: string;
  readonly text: string;
  readonly lifetimeMilliseconds: number | undefined;
}

/** A value for a cache. */
export interface CacheEntry {
  readonly key: string;
  readonly value: JsonValue;
  /** How long, fractions included; 0 or nothing for ever. */
  readonly timeoutSeconds?: number;
}

/** What keeps a cache's texts. Its methods may throw whatever they meet; {@link Cache} makes it a `CacheError`. */
export interface CacheCarrier {
  /** Where the texts are kept, as errors name it; without credentials. */
  readonly description: string;
  /** The texts of those keys that are there. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** No key comes twice. */
  write(texts: readonly CachedText[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Keys are up to this long with every carrier: what the table of the database carrier holds, less some room. */
export const LONGEST_KEY_CHARACTERS = 250;

/**
 * Values by their key, for some time: whatever is here may be lost at any moment, and has to be somewhere else
 * too, or not to matter.
 */
export class Cache {
  readonly #carrier: CacheCarrier;

  constructor(carrier: CacheCarrier) {
    this.#carrier = carrier;
  }

  /**
   * The value of a key; `undefined` if there is none, or none any more.
   *
   * @throws {CacheError}
   */
  async get(key: string): Promise<JsonValue | undefined> {
    return (await this.getMany([key])).get(key);
  }

  /**
   * The values of those keys that are there, asked for at once.
   *
   * @throws {CacheError}
   */
  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, JsonValue>> {
    if (keys.length === 0) return new Map();
    const texts = await this.#attempt('get', keys, () => this.#carrier.read(keys));
    return new Map(
      [...texts].flatMap(([key, text]) => {
        const value = parse(text);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }

  /**
   * Keeps a value under a key, in place of the one before.
   *
   * @param timeoutSeconds how long, fractions included; 0 or nothing for ever.
   * @throws {CacheError}
   */
  async set(key: string, value: JsonValue, timeoutSeconds = 0): Promise<void> {
    await this.setMany([{ key, value, timeoutSeconds }]);
  }

  /**
   * Keeps values at once, as {@link set} does each; of two for one key the last one stays.
   *
   * @throws {CacheError}
   */
  async setMany(entries: readonly CacheEntry[]): Promise<void> {
    const texts = new Map(
      entries.map(({ key, value, timeoutSeconds = 0 }) => [
        key,
        {
          key,
          text: JSON.stringify(value),
          lifetimeMilliseconds: checkLifetimeMilliseconds(key, timeoutSeconds),
        },
      ]),
    );
    if (texts.size > 0)
      await this.#attempt('set', [...texts.keys()], () => this.#carrier.write([...texts.values()]));
  }

  /**
   * Forgets a key; one that is not there is no error.
   *
   * @throws {CacheError}
   */
  async delete(key: string): Promise<void> {
    await this.deleteMany([key]);
  }

  /**
   * Forgets keys at once; those that are not there are no error.
   *
   * @throws {CacheError}
   */
  async deleteMany(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#attempt('delete', keys, () => this.#carrier.remove(keys));
  }

  /**
   * Asks whether the cache works.
   *
   * @throws {CacheError}
   */
  async ping(): Promise<void> {
    try {
      await this.#carrier.ping();
    } catch (error) {
      throw this.#describe('does not work', error);
    }
  }

  /** Closes the connections that are the cache's own. */
  close(): Promise<void> {
    return this.#carrier.close();
  }

  async #attempt<T>(verb: string, keys: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const key of keys) checkKey(key);
    try {
      return await work();
    } catch (error) {
      const [key] = keys;
      const what = keys.length === 1 ? `"${key}"` : `"${key}" and ${keys.length - 1} others`;
      throw this.#describe(`could not ${verb} ${what}`, error);
    }
  }

  #describe(what: string, error: unknown): CacheError {
    return new CacheError(`The cache (${this.#carrier.description}) ${what}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** A text that is no JSON was written by another program under a key of ours: as good as none. */
function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function checkKey(key: string): void {
  if (key === '' || key.length > LONGEST_KEY_CHARACTERS) {
    throw new CacheError(
      `A key of the cache has 1 to ${LONGEST_KEY_CHARACTERS} characters; this one has ${key.length}: "${key.slice(0, 60)}"`,
    );
  }
}

function checkLifetimeMilliseconds(key: string, timeoutSeconds: number): number | undefined {
  if (!(timeoutSeconds >= 0 && timeoutSeconds < Number.POSITIVE_INFINITY)) {
    throw new CacheError(
      `The timeout of the cached value "${key}" is ${timeoutSeconds}; it has to be a number of seconds, or 0 for ever`,
    );
  }
  return timeoutSeconds === 0 ? undefined : Math.ceil(timeoutSeconds * 1_000);
}
