import { LRUCache } from 'lru-cache';
import type { CacheCarrier, CachedText } from './cache.ts';

/** What all texts and keys may hold together; one character is one or two bytes of memory. */
const CAPACITY_CHARACTERS = 32 * 1024 * 1024;

/** Keeps texts in this process, where no other process sees them; what was used least lately makes room. */
export class MemoryCarrier implements CacheCarrier {
  readonly description = 'the memory of this process';
  readonly #texts: LRUCache<string, string>;

  constructor(capacityCharacters = CAPACITY_CHARACTERS) {
    this.#texts = new LRUCache({
      maxSize: capacityCharacters,
      sizeCalculation: (text, key) => text.length + key.length,
    });
  }

  async read(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      keys.flatMap((key) => {
        const text = this.#texts.get(key);
        return text === undefined ? [] : [[key, text]];
      }),
    );
  }

  async write(texts: readonly CachedText[]): Promise<void> {
    for (const { key, text, lifetimeMilliseconds } of texts) {
      this.#texts.set(key, text, lifetimeMilliseconds === undefined ? {} : { ttl: lifetimeMilliseconds });
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#texts.delete(key);
  }

  async ping(): Promise<void> {}

  async close(): Promise<void> {
    this.#texts.clear();
  }
}
