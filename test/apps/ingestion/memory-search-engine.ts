import type {
  AliasMove,
  BulkOutcome,
  DescribedName,
  FilteredCopy,
  IndexFigures,
  SearchDocument,
  SearchEngine,
  SearchHits,
} from '../../../src/apps/ingestion/search-engines/search-engine.ts';
import {
  IndexInUseError,
  IndexNotFoundError,
  NameTakenError,
  SearchEngineUnavailableError,
} from '../../../src/apps/ingestion/search-engines/search-engine-errors.ts';

/** Indexes and aliases in memory, for tests of what uses a search engine that is in no database of theirs. */
export class MemorySearchEngine implements SearchEngine {
  readonly title = 'memory';
  readonly indexes = new Map<string, Map<string, SearchDocument>>();
  readonly aliases = new Map<string, string>();
  /** How many of the next changes of aliases fail, as if the engine could not be reached. */
  failures = 0;

  async health() {
    return { status: 'green' };
  }
  async createIndex(indexName: string): Promise<void> {
    if (!this.indexes.has(indexName)) this.indexes.set(indexName, new Map());
  }
  async bulkIndex(indexName: string, documents: readonly SearchDocument[]): Promise<BulkOutcome> {
    for (const document of documents) this.#index(indexName).set(document.id, document);
    return { storedCount: documents.length, failed: [] };
  }
  async removeDocuments(indexName: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#index(indexName).delete(id);
  }
  async finishIndex(): Promise<void> {}
  async count(name: string): Promise<number> {
    return this.#index(this.aliases.get(name) ?? name).size;
  }
  async describe(name: string): Promise<DescribedName> {
    const indexName = this.aliases.get(name);
    if (indexName !== undefined) return { kind: 'alias', indexName };
    if (!this.indexes.has(name)) return { kind: 'missing' };
    return {
      kind: 'index',
      aliases: [...this.aliases].filter(([, of]) => of === name).map(([alias]) => alias),
    };
  }
  async pointAliases(moves: readonly AliasMove[]): Promise<void> {
    this.#fail();
    for (const { alias, indexName } of moves) {
      this.#index(indexName);
      if (this.indexes.has(alias)) throw new NameTakenError(`${alias} is an index`);
    }
    for (const { alias, indexName } of moves) this.aliases.set(alias, indexName);
  }
  async removeAliases(aliases: readonly string[]): Promise<void> {
    this.#fail();
    for (const alias of aliases) this.aliases.delete(alias);
  }
  copyWithout(): Promise<FilteredCopy> {
    throw new Error('No test copies in memory');
  }
  async deleteIndex(indexName: string): Promise<void> {
    const described = await this.describe(indexName);
    if (described.kind === 'index' && described.aliases.length > 0) {
      throw new IndexInUseError(indexName, described.aliases);
    }
    this.indexes.delete(indexName);
  }
  async listIndexes(): Promise<readonly IndexFigures[]> {
    return [];
  }
  search(): Promise<SearchHits> {
    throw new Error('No test searches in memory');
  }
  async freeBytes(): Promise<number | undefined> {
    return undefined;
  }
  async close(): Promise<void> {}

  #index(name: string): Map<string, SearchDocument> {
    const index = this.indexes.get(name);
    if (!index) throw new IndexNotFoundError(name);
    return index;
  }

  #fail(): void {
    if (this.failures === 0) return;
    this.failures -= 1;
    throw new SearchEngineUnavailableError('The engine is away');
  }
}
