import type { Knex } from 'knex';
import type { CatalogIndex } from '../indexing/catalog-index.ts';
import type { IndexDocument, LayerToIndex } from '../indexing/index-document.ts';
import type { Catalog } from '../layers/layer.ts';
import type { CornerCount } from './heat-map-grid.ts';
import type { SearchQuery } from './search-query.ts';

/** A layer of a catalogue. */
export interface LayerOfCatalog {
  readonly layerId: string;
  readonly catalogId: string;
  /** Of the catalogue; null where it was deleted. */
  readonly index: CatalogIndex | null;
}

/** What is written at a time. No layer is in it twice. */
export interface IndexBatch {
  /** Stored, or replaced. */
  readonly layers: readonly LayerToIndex[];
  /** Removed; those that are not there have no effect. */
  readonly removed: readonly LayerOfCatalog[];
}

/** A layer that the engine did not take. */
export interface RefusedLayer {
  readonly layerId: string;
  /** Why, in the words of the engine. */
  readonly reason: string;
}

/** How often something occurs. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** A bucket of a histogram: the month or the second that it begins with, and what it has. */
export interface TimeBucket {
  readonly start: number;
  readonly count: number;
}

/** What a search has found. What was not asked for is left out. */
export interface SearchResult {
  /** Exact. */
  readonly matchCount: number;
  readonly documents: readonly IndexDocument[];
  /** In order, without empty ones; at most {@link MOST_TIME_BUCKETS} and one more. */
  readonly timeBuckets?: readonly TimeBucket[];
  /** The level is that of the window, or a finer one. */
  readonly corners?: { readonly level: number; readonly counts: readonly CornerCount[] };
  readonly originators?: readonly ValueCount[];
  readonly serviceTypes?: readonly ValueCount[];
  readonly words?: {
    readonly counts: readonly ValueCount[];
    /** Layers that were looked at, the newest ones. Left out: all that match. */
    readonly sampleSize?: number;
  };
  /** What the engine itself replied. */
  readonly original: unknown;
}

/** Buckets of a histogram that are returned at most. */
export const MOST_TIME_BUCKETS = 10_000;

/**
 * What stores layers, and finds them. Every engine passes the same suite, `test/apps/map-registry/search-engines/conformance.ts`.
 *
 * An engine that cannot be reached, or refuses what it is asked for a while, throws {@link SearchEngineUnavailableError}: the
 * call can be made again.
 */
export interface SearchEngine {
  /** For people, without credentials: `postgres`, `elasticsearch at https://search.example.org:9200`. */
  readonly title: string;
  /** The finest level of heat maps. */
  readonly finestGridLevel: number;
  /**
   * Writes a batch, and returns the layers that were refused one by one; they stay in the index as they were. Idempotent. What is
   * left of a batch whose transaction has ended does not replace what a later batch has written, however late it arrives.
   *
   * @param transaction the one in which the layers were claimed. An engine that lives in the same database writes in it.
   */
  write(
    batch: IndexBatch,
    transaction: Knex.Transaction,
    signal?: AbortSignal,
  ): Promise<readonly RefusedLayer[]>;
  /** Makes what was written findable. */
  finish(indexes: readonly CatalogIndex[], signal?: AbortSignal): Promise<void>;
  /** Removes all layers of a catalogue. The caller makes another generation of its index afterwards. */
  clear(catalog: CatalogIndex & Pick<Catalog, 'id'>, signal?: AbortSignal): Promise<void>;
  /** Searches a catalogue. One that nothing was indexed of is empty. @throws {SearchEngineRefusalError} */
  search(catalog: Catalog, query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>;
  close(): Promise<void>;
}
