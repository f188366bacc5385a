import { LRUCache } from 'lru-cache';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { CatalogueProduct } from './product.ts';
import { readProducts } from './stored-products.ts';

/** A product, and which state of it. */
export interface ProductVersion {
  readonly id: string;
  readonly version: number;
}

/** Memory of products, as the characters that their JSON has. */
const MOST_CHARACTERS = 16 * 1_024 * 1_024;

/** Products that were read last. A product never changes without its version. */
export class KeptProducts {
  readonly #products = new LRUCache<string, CatalogueProduct>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (product) => JSON.stringify(product).length,
  });

  /** Returns products in the order of their versions. Those that there are no more are left out. */
  async read(
    database: DatabaseOrTransaction,
    versions: readonly ProductVersion[],
  ): Promise<readonly CatalogueProduct[]> {
    const products = new Map<string, CatalogueProduct>();
    for (const version of versions) {
      const kept = this.#products.get(keyOf(version));
      if (kept) products.set(version.id, kept);
    }
    const unknown = versions.map(({ id }) => id).filter((id) => !products.has(id));
    for (const product of await readProducts(database, unknown)) {
      this.#products.set(keyOf(product), product);
      products.set(product.id, product);
    }
    return versions.flatMap(({ id }) => products.get(id) ?? []);
  }
}

function keyOf({ id, version }: ProductVersion): string {
  return `${id} ${version}`;
}
