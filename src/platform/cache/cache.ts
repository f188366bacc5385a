import { errorMessage } from '../error-message.ts';
import type { JsonValue } from '../json-value.ts';

/** The cache could not do what it was asked; the message names the carrier, the key and the reason. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
}

/** What keeps a cache's texts. Its methods may throw whatever they meet; {@link Cache} makes it a `CacheError`. */
export interface CacheCarrier {
  /** Where the texts are kept, as errors name it; without credentials. */
  readonly description: string;
  read(key: string): Promise<string | undefined>;
  /** Without a lifetime the text stays until it is removed, or the cache is lost. */
  write(key: string, text: string, lifetimeMilliseconds: number | undefined): Promise<void>;
  remove(key: string): Promise<void>;
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
   * The value of a key; `undefined` where there is none, or none any more.
   *
   * @throws {CacheError}
   */
  async get(key: string): Promise<JsonValue | undefined> {
    const text = await this.#attempt('get', key, () => this.#carrier.read(key));
    return text === undefined ? undefined : parse(text);
  }

  /**
   * Keeps a value under a key, in place of the one before.
   *
   * @param timeoutSeconds how long, fractions included; 0 or nothing for ever.
   * @throws {CacheError}
   */
  async set(key: string, value: JsonValue, timeoutSeconds = 0): Promise<void> {
    if (!(timeoutSeconds >= 0 && timeoutSeconds < Number.POSITIVE_INFINITY)) {
      throw new CacheError(
        `The timeout of the cached value "${key}" is ${timeoutSeconds}; it has to be a number of seconds, or 0 for ever`,
      );
    }
    const lifetimeMilliseconds = timeoutSeconds === 0 ? undefined : Math.ceil(timeoutSeconds * 1_000);
    await this.#attempt('set', key, () =>
      this.#carrier.write(key, JSON.stringify(value), lifetimeMilliseconds),
    );
  }

  /**
   * Forgets a key; one that is not there is no error.
   *
   * @throws {CacheError}
   */
  async delete(key: string): Promise<void> {
    await this.#attempt('delete', key, () => this.#carrier.remove(key));
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

  async #attempt<T>(verb: string, key: string, work: () => Promise<T>): Promise<T> {
    if (key === '' || key.length > LONGEST_KEY_CHARACTERS) {
      throw new CacheError(
        `A key of the cache has 1 to ${LONGEST_KEY_CHARACTERS} characters; this one has ${key.length}: "${key.slice(0, 60)}"`,
      );
    }
    try {
      return await work();
    } catch (error) {
      throw this.#describe(`could not ${verb} "${key}"`, error);
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
