import type { Database } from '../../platform/database/connection.ts';
import { groupedCalls } from '../../platform/database/grouped-calls.ts';
import { PurgeLog, type TileContent } from './tile-purges.ts';
import { readPurges, readVersions, type TileSchema } from './tile-tables.ts';

/** What a process knows of the versions of sources. */
export class TileVersions {
  readonly #database: Database;
  readonly #schema: TileSchema;
  readonly #logs = new Map<string, PurgeLog>();
  readonly #readVersion: (source: string) => Promise<number>;

  constructor(database: Database, schema: TileSchema) {
    this.#database = database;
    this.#schema = schema;
    // Requests that come together share one statement; each begins after the requests that it is for.
    this.#readVersion = groupedCalls((sources) => readVersions(database, schema, sources));
  }

  /** Asks Postgres whether a tile that was up to date at a version still is. */
  async isFresh(source: string, content: TileContent, version: number): Promise<boolean> {
    const current = await this.#readVersion(source);
    if (version >= current) return true;
    return (await this.#logUpTo(source, current)).isFresh(content, version);
  }

  async #logUpTo(source: string, current: number): Promise<PurgeLog> {
    // Tiles that were read before the first purge that this process sees are of the version before it, or older.
    const log = this.#logs.get(source) ?? new PurgeLog(Math.max(0, current - 1));
    this.#logs.set(source, log);
    if (log.version < current) {
      log.add(await readPurges(this.#database, this.#schema, source, log.version));
      if (log.version < current) log.reset(current);
    }
    return log;
  }
}
