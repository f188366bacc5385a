import { PostgresSearchEngine } from '../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import type { AliasMove, DescribedName } from '../../../src/apps/ingestion/search-engines/search-engine.ts';
import type { Database } from '../../../src/platform/database/connection.ts';
import { SearchEngineUnavailableError } from '../../../src/platform/search-engines/search-engine-errors.ts';

/** The search engine `postgres` as if it were outside of the database of the live tables: aliases never change with the tables. */
export class OutsideSearchEngine extends PostgresSearchEngine {
  /** How many of the next changes of aliases fail, as if the engine could not be reached. */
  failures = 0;
  /** What happens before a name is looked up. */
  beforeDescribe: (() => Promise<void>) | undefined;
  readonly #database: Database;

  constructor(database: Database) {
    super(database);
    this.#database = database;
  }

  override async describe(name: string): Promise<DescribedName> {
    await this.beforeDescribe?.();
    return super.describe(name);
  }

  override async pointAliasesWithin(): Promise<void> {}

  override async removeAliasesWithin(): Promise<void> {}

  override async pointAliases(moves: readonly AliasMove[]): Promise<void> {
    this.#fail();
    await this.#database.transaction((transaction) => super.pointAliasesWithin(transaction, moves));
  }

  override async removeAliases(aliases: readonly string[]): Promise<void> {
    this.#fail();
    await this.#database.transaction((transaction) => super.removeAliasesWithin(transaction, aliases));
  }

  /** It is used by many steps in turn. */
  override async close(): Promise<void> {}

  #fail(): void {
    if (this.failures === 0) return;
    this.failures -= 1;
    throw new SearchEngineUnavailableError('The engine is away');
  }
}
