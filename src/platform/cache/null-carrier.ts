import type { CacheCarrier } from './cache.ts';

/** Keeps nothing: what is used where no cache is configured. */
export class NullCarrier implements CacheCarrier {
  readonly description = 'none, as CACHE_URL is not set';

  async read(): Promise<ReadonlyMap<string, string>> {
    return new Map();
  }

  async write(): Promise<void> {}

  async remove(): Promise<void> {}

  async ping(): Promise<void> {}

  async close(): Promise<void> {}
}
