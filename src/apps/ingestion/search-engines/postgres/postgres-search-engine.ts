import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { inCancellableTransaction } from '../../databases/cancellable-transaction.ts';
import type { IngestionModel } from '../../models/model.ts';
import { isDocumentId } from '../document-id.ts';
import { sensitiveFieldsOf } from '../field-values.ts';
import { checkIndexName } from '../index-names.ts';
import type {
  AliasMove,
  BulkOutcome,
  DescribedName,
  EngineCallOptions,
  EngineHealth,
  FilteredCopy,
  IndexFigures,
  SearchDocument,
  SearchEngine,
  SearchHits,
  SearchQuery,
} from '../search-engine.ts';
import { copyDocuments, countDocuments, removeSensitive } from './copy-without.ts';
import { finishStoredIndex } from './finish-index.ts';
import { translated } from './postgres-failures.ts';
import { searchDocuments } from './search-documents.ts';
import { createSearchSchema } from './search-schema.ts';
import { readTerms } from './sensitive-documents.ts';
import {
  describeName,
  dropIndex,
  findIndex,
  insertIndex,
  listStoredIndexes,
  resolveIndex,
  storeAlias,
} from './stored-indexes.ts';
import { writeDocuments } from './write-documents.ts';

/** How long a search may take: one that has to read a whole index must not hold up the database. */
const SEARCH_TIMEOUT_SECONDS = 10;

/**
 * Stores documents in the API's database, schema `search`, one table an index, and finds them by full-text search.
 *
 * It is made for up to two million documents: there is no ranking without reading every hit.
 */
export class PostgresSearchEngine implements SearchEngine {
  readonly title = 'postgres';
  readonly #database: Database;
  #schema: Promise<void> | undefined;

  /** @param database the pool is closed by its owner. */
  constructor(database: Database) {
    this.#database = database;
  }

  async health(): Promise<EngineHealth> {
    await this.#call(undefined, async (database) => {
      await database.raw('SELECT 1 FROM search.indexes LIMIT 1');
    });
    return { status: 'green' };
  }

  createIndex(indexName: string, model: IngestionModel): Promise<void> {
    return this.#call(indexName, (database) =>
      database.transaction((transaction) => insertIndex(transaction, indexName, model)),
    );
  }

  bulkIndex(
    indexName: string,
    documents: readonly SearchDocument[],
    { signal }: EngineCallOptions = {},
  ): Promise<BulkOutcome> {
    return this.#call(indexName, async (database) =>
      writeDocuments(database, await findIndex(database, indexName), documents, signal),
    );
  }

  removeDocuments(indexName: string, ids: readonly string[]): Promise<void> {
    return this.#call(indexName, async (database) => {
      const { table } = await findIndex(database, indexName);
      await database.raw(`DELETE FROM ${table} WHERE id = ANY (?::bigint[])`, [
        arrayLiteral(ids.filter(isDocumentId)),
      ]);
    });
  }

  finishIndex(indexName: string, { signal }: EngineCallOptions = {}): Promise<void> {
    return this.#call(indexName, async (database) =>
      finishStoredIndex(database, await findIndex(database, indexName), signal),
    );
  }

  count(name: string): Promise<number> {
    return this.#call(name, async (database) =>
      countDocuments(database, (await resolveIndex(database, name)).table),
    );
  }

  describe(name: string): Promise<DescribedName> {
    return this.#call(name, (database) => describeName(database, name));
  }

  async pointAliases(moves: readonly AliasMove[]): Promise<void> {
    await this.#call(undefined, (database) =>
      database.transaction((transaction) => this.pointAliasesWithin(transaction, moves)),
    );
  }

  async pointAliasesWithin(transaction: Knex.Transaction, moves: readonly AliasMove[]): Promise<void> {
    for (const { alias, indexName } of moves) {
      await storeAlias(transaction, checkIndexName(alias), checkIndexName(indexName));
    }
  }

  async removeAliases(aliases: readonly string[]): Promise<void> {
    await this.#call(undefined, (database) =>
      database.transaction((transaction) => this.removeAliasesWithin(transaction, aliases)),
    );
  }

  async removeAliasesWithin(transaction: Knex.Transaction, aliases: readonly string[]): Promise<void> {
    await transaction('search.aliases').whereIn('alias', aliases.map(checkIndexName)).delete();
  }

  copyWithout(
    sourceName: string,
    targetIndexName: string,
    model: IngestionModel,
    terms: readonly string[],
    options: Parameters<SearchEngine['copyWithout']>[4] = {},
  ): Promise<FilteredCopy> {
    return this.#call(targetIndexName, async (database) => {
      checkIndexName(sourceName);
      const source = await resolveIndex(database, sourceName);
      const target = await findIndex(database, targetIndexName);
      const read = await readTerms(database, sensitiveFieldsOf(model.index), terms);
      return copyDocuments(database, source, target, read, options);
    });
  }

  /** Removes the documents that have a term in the model's sensitive fields; returns how many there were. */
  removeWithTerms(indexName: string, model: IngestionModel, terms: readonly string[]): Promise<number> {
    return this.#call(indexName, async (database) => {
      const index = await findIndex(database, indexName);
      const read = await readTerms(database, sensitiveFieldsOf(model.index), terms);
      return read ? removeSensitive(database, index, read) : 0;
    });
  }

  deleteIndex(indexName: string): Promise<void> {
    return this.#call(indexName, (database) =>
      database.transaction((transaction) => dropIndex(transaction, indexName)),
    );
  }

  listIndexes(limit: number): Promise<readonly IndexFigures[]> {
    return this.#call(undefined, (database) => listStoredIndexes(database, limit));
  }

  search(name: string, query: SearchQuery): Promise<SearchHits> {
    return this.#call(name, async (database) => {
      const { table } = await resolveIndex(database, name);
      return inCancellableTransaction(database, undefined, async (transaction) => {
        await transaction.raw(`SET LOCAL statement_timeout = '${SEARCH_TIMEOUT_SECONDS}s'`);
        return searchDocuments(transaction, table, query);
      });
    });
  }

  /** Postgres does not say what is free. */
  async freeBytes(): Promise<undefined> {}

  async close(): Promise<void> {}

  #call<Result>(name: string | undefined, call: (database: Database) => Promise<Result>): Promise<Result> {
    return translated(name ?? '', async () => {
      if (name !== undefined) checkIndexName(name);
      await this.#createSchema();
      return call(this.#database);
    });
  }

  /** Once; where it fails, the next call tries it again. */
  async #createSchema(): Promise<void> {
    this.#schema ??= createSearchSchema(this.#database);
    try {
      await this.#schema;
    } catch (error) {
      this.#schema = undefined;
      throw error;
    }
  }
}
