import type { Knex } from 'knex';
import type { DocumentFields, IngestionModel } from '../models/model.ts';

/** A document: the id of its row, and its fields. */
export interface SearchDocument {
  /** A whole number, as text. A later document with the same id replaces the earlier one. */
  readonly id: string;
  readonly fields: DocumentFields;
}

/** A document that the engine did not take. */
export interface FailedDocument {
  readonly id: string;
  /** Why, in the words of the engine. */
  readonly reason: string;
}

/** What became of one bulk of documents. */
export interface BulkOutcome {
  readonly storedCount: number;
  readonly failed: readonly FailedDocument[];
}

/** An index, as lists show it. */
export interface IndexFigures {
  readonly name: string;
  readonly documentCount: number;
  readonly bytes: number;
  /** The aliases that point to it, in order. */
  readonly aliases: readonly string[];
}

/** What a name means to the engine. */
export type DescribedName =
  | { readonly kind: 'missing' }
  | { readonly kind: 'index'; readonly aliases: readonly string[] }
  | { readonly kind: 'alias'; readonly indexName: string };

/** An alias, and the index that it should point to. */
export interface AliasMove {
  readonly alias: string;
  readonly indexName: string;
}

/** What `copyWithout` has done. */
export interface FilteredCopy {
  readonly copiedCount: number;
  /** Documents that were left out because of a term. */
  readonly leftOutCount: number;
}

/** A search for the words of a text, and for values of fields. */
export interface SearchQuery {
  /** Words that all have to occur, in any text field. */
  readonly words?: string;
  /** Values that keyword, number and boolean fields have to have. */
  readonly filters?: Readonly<Record<string, string | number | boolean>>;
  /** Hits that are returned; at most 1,000. */
  readonly limit: number;
}

/** What a search found. */
export interface SearchHits {
  readonly total: number;
  readonly ids: readonly string[];
}

/** How the engine is: `green` where all is well; anything else is shown as it is. */
export interface EngineHealth {
  readonly status: string;
}

/** Options of calls that may take long. */
export interface EngineCallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/**
 * What stores and finds documents. Every engine passes the same suite,
 * `test/apps/ingestion/search-engines/conformance.ts`.
 *
 * Names of indexes and aliases are checked before anything is sent: see {@link InvalidIndexNameError}. An engine that
 * cannot be reached, or refuses what it is asked for a while, throws {@link SearchEngineUnavailableError}: the call can be
 * made again.
 */
export interface SearchEngine {
  /** For people, without credentials: `postgres`, `elasticsearch at https://search.example.org:9200`. */
  readonly title: string;
  health(options?: EngineCallOptions): Promise<EngineHealth>;
  /**
   * Creates an empty index for the documents of a model. One that exists is left as it is: the caller may be at it again.
   *
   * @throws {NameTakenError} if the name is that of an alias.
   */
  createIndex(indexName: string, model: IngestionModel, options?: EngineCallOptions): Promise<void>;
  /**
   * Stores documents, and returns those that the engine refused one by one. Idempotent by id.
   *
   * @throws {IndexNotFoundError} as nothing is created by writing to it.
   */
  bulkIndex(
    indexName: string,
    documents: readonly SearchDocument[],
    options?: EngineCallOptions,
  ): Promise<BulkOutcome>;
  /**
   * Removes documents; ids that there are none of have no effect.
   *
   * @throws {IndexNotFoundError}
   */
  removeDocuments(indexName: string, ids: readonly string[], options?: EngineCallOptions): Promise<void>;
  /**
   * Makes what was stored findable, and prepares an index that was loaded for being searched. May be called again.
   *
   * @throws {IndexNotFoundError}
   */
  finishIndex(indexName: string, options?: EngineCallOptions): Promise<void>;
  /** Counts the documents of an index or alias that can be found. @throws {IndexNotFoundError} */
  count(name: string, options?: EngineCallOptions): Promise<number>;
  /** Returns what exactly this name is. @throws {InvalidIndexNameError} for a pattern such as `*`. */
  describe(name: string): Promise<DescribedName>;
  /**
   * Points aliases to indexes, all or none, at one moment. An alias that does not exist is made.
   *
   * @throws {IndexNotFoundError} if an index is missing.
   * @throws {NameTakenError} if an alias has the name of an index.
   */
  pointAliases(moves: readonly AliasMove[]): Promise<void>;
  /** Removes aliases; those that do not exist have no effect. */
  removeAliases(aliases: readonly string[]): Promise<void>;
  /**
   * Likewise {@link pointAliases}, in a transaction of the API's database: tables and aliases change at one moment. Only
   * an engine that lives in that database has it.
   */
  readonly pointAliasesWithin?: (transaction: Knex.Transaction, moves: readonly AliasMove[]) => Promise<void>;
  /** Likewise {@link removeAliases}. */
  readonly removeAliasesWithin?: (transaction: Knex.Transaction, aliases: readonly string[]) => Promise<void>;
  /**
   * Copies into an index, which exists and is empty, all documents of another that have none of some terms in the model's
   * sensitive fields. A term is a word or a phrase, and matches in any case and inflection, as whole words.
   *
   * @throws {IndexNotFoundError}
   */
  copyWithout(
    sourceName: string,
    targetIndexName: string,
    model: IngestionModel,
    terms: readonly string[],
    options?: EngineCallOptions & { readonly progress?: (copiedCount: number, totalCount: number) => void },
  ): Promise<FilteredCopy>;
  /**
   * Deletes exactly one index, and nothing that a pattern matches. One that does not exist has no effect.
   *
   * @throws {IndexInUseError} if an alias points to it.
   * @throws {NameTakenError} if the name is that of an alias.
   */
  deleteIndex(indexName: string): Promise<void>;
  /** Lists the indexes of models, by name; at most `limit`. */
  listIndexes(limit: number): Promise<readonly IndexFigures[]>;
  /** Searches an index or alias. @throws {IndexNotFoundError} */
  search(name: string, query: SearchQuery): Promise<SearchHits>;
  /** Free bytes where indexes are stored; `undefined` if the engine does not say. */
  freeBytes(): Promise<number | undefined>;
  close(): Promise<void>;
}
