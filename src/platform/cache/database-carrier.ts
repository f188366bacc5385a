import type { Database } from '../database/connection.ts';
import { PRODUCT_SLUG } from '../product.ts';
import { type CacheCarrier, type CachedText, CacheError } from './cache.ts';

/** The columns of a cache table, by name. They are those of Django's `createcachetable`, so that its table serves as it is. */
const COLUMNS = ['cache_key', 'expires', 'value'];

/** SQLSTATE `undefined_table`. */
const NO_SUCH_TABLE = '42P01';

/** How many expired rows one statement removes at most, so that none holds locks for long. */
const CULLED_ROWS = 1_000;

/** How long after it found no more than a batch of expired rows a process looks again. */
const CULL_INTERVAL_MILLISECONDS = 60_000;

/**
 * Creates the table of the cache, where it does not exist. It is unlogged: faster, and empty after a crash of
 * Postgres, as a cache may be.
 *
 * @throws {CacheError} if a table of this name exists that is no cache.
 */
export async function createCacheTable(database: Database, table: string): Promise<void> {
  await database.transaction(async (transaction) => {
    // "IF NOT EXISTS" does not hold against another process that creates the same table at this moment.
    await transaction.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [`${PRODUCT_SLUG} cache ${table}`]);
    await transaction.raw(
      `CREATE UNLOGGED TABLE IF NOT EXISTS :table: (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
      )`,
      { table },
    );
    const { rows } = await transaction.raw<{ rows: { name: string }[] }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = quote_ident(:table)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
      { table },
    );
    const names = rows.map(({ name }) => name);
    if (names.join() !== COLUMNS.join()) {
      throw new CacheError(
        `The table "${table}" exists, and is no cache: its columns are ${names.join(', ')}. Name another table in CACHE_URL`,
      );
    }
    await transaction.raw('CREATE INDEX IF NOT EXISTS :index: ON :table: (expires)', {
      index: `${table}_expires`,
      table,
    });
  });
}

/** Keeps texts in a table that {@link createCacheTable} made. */
export class DatabaseCarrier implements CacheCarrier {
  readonly description: string;
  readonly #database: Database;
  readonly #table: string;
  #nextCullMilliseconds = 0;

  constructor(database: Database, table: string) {
    this.description = `the table "${table}"`;
    this.#database = database;
    this.#table = table;
  }

  async read(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.#query<{ key: string; value: string }>(
      `SELECT cache_key AS key, value FROM :table:
       WHERE cache_key = ANY (:keys::text[]) AND expires > clock_timestamp()`,
      { keys: [...keys] },
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  async write(texts: readonly CachedText[]): Promise<void> {
    // In the order of their keys, as two that write the same ones in different orders would wait for each other.
    await this.#query(
      `INSERT INTO :table: (cache_key, value, expires)
       SELECT key, text, coalesce(clock_timestamp() + lifetime * interval '1 millisecond', 'infinity')
       FROM unnest(:keys::text[], :texts::text[], :lifetimes::double precision[]) AS written (key, text, lifetime)
       ORDER BY key
       ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
      {
        keys: texts.map(({ key }) => key),
        texts: texts.map(({ text }) => text),
        lifetimes: texts.map(({ lifetimeMilliseconds }) => lifetimeMilliseconds ?? null),
      },
    );
    await this.#cull();
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#query('DELETE FROM :table: WHERE cache_key = ANY (:keys::text[])', { keys: [...keys] });
  }

  async ping(): Promise<void> {
    await this.#query('SELECT FROM :table: LIMIT 0', {});
  }

  /** The pool belongs to the code that opened it. */
  async close(): Promise<void> {}

  /**
   * Removes a batch of expired rows, once in a while; with the next write again as long as batches are full. It
   * is a statement of its own, as two that write one key and remove the other's would wait for each other.
   */
  async #cull(): Promise<void> {
    const now = performance.now();
    if (now < this.#nextCullMilliseconds) return;
    this.#nextCullMilliseconds = now + CULL_INTERVAL_MILLISECONDS;
    const { rowCount } = await this.#query(
      `DELETE FROM :table: WHERE cache_key IN (
        SELECT cache_key FROM :table: WHERE expires <= clock_timestamp() ORDER BY expires LIMIT :limit
        FOR UPDATE SKIP LOCKED
      )`,
      { limit: CULLED_ROWS },
    );
    if (rowCount === CULLED_ROWS) this.#nextCullMilliseconds = now;
  }

  async #query<Row>(
    sql: string,
    bindings: Readonly<Record<string, number | (string | number | null)[]>>,
  ): Promise<{ rows: Row[]; rowCount: number }> {
    try {
      return await this.#database.raw(sql, { ...bindings, table: this.#table });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === NO_SUCH_TABLE) {
        throw new Error('it does not exist; "node dist/manage.js createcachetable" creates it', {
          cause: error,
        });
      }
      throw error;
    }
  }
}
