import { LRUCache } from 'lru-cache';
import type { CacheCarrier } from './cache.ts';

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

  async read(key: string): Promise<string | undefined> {
    return this.#texts.get(key);
  }

  async write(key: string, text: string, lifetimeMilliseconds: number | undefined): Promise<void> {
    this.#texts.set(key, text, lifetimeMilliseconds === undefined ? {} : { ttl: lifetimeMilliseconds });
  }

  async remove(key: string): Promise<void> {
    this.#texts.delete(key);
  }

  async ping(): Promise<void> {}

  async close(): Promise<void> {
    this.#texts.clear();
  }
}
