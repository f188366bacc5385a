import pg from 'pg';
import type { TestDatabase } from '../../test/support/database.ts';

/** What has been measured of one statement since {@link PostgresObserver.countStatements}. */
export interface CountedStatement {
  readonly statement: string;
  readonly calls: number;
  readonly rows: number;
  readonly planMilliseconds: number;
  readonly runMilliseconds: number;
  readonly walBytes: number;
}

/** What all clients have had done so far: the difference of two is what was done between them. */
export interface PostgresWork {
  /** Each is a round trip of some client; BEGIN and COMMIT are statements too. */
  readonly statements: number;
  /** Transactions that wrote something. */
  readonly writingTransactions: number;
  readonly walBytes: number;
}

/** A connection that was found in some state, of all that were found. */
export interface SampledState {
  readonly connection: string;
  readonly state: string;
  readonly samples: number;
}

/**
 * Watches one database from a connection of its own, which is counted nowhere. The server has to preload
 * `pg_stat_statements`.
 */
export class PostgresObserver {
  readonly #client: pg.Client;
  readonly databaseName: string;

  private constructor(client: pg.Client, databaseName: string) {
    this.#client = client;
    this.databaseName = databaseName;
  }

  /** Connects to a database of the server that serves the whole run. */
  static async open(databaseName: string): Promise<PostgresObserver> {
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    url.pathname = `/${databaseName}`;
    const client = new pg.Client({
      connectionString: url.href,
      application_name: 'observer',
      options: '-c pg_stat_statements.track=none',
    });
    client.on('error', () => undefined);
    await client.connect();
    return new PostgresObserver(client, databaseName);
  }

  /** Returns the rows of a query. */
  async query<Row extends pg.QueryResultRow>(sql: string, bindings: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(sql, [...bindings]);
    return rows;
  }

  /** Has the statements of all connections counted that are made from now on. */
  async countStatements(): Promise<void> {
    await this.#client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    const name = this.#client.escapeIdentifier(this.databaseName);
    await this.#client.query(`ALTER DATABASE ${name} SET pg_stat_statements.track = top`);
    await this.#client.query(`ALTER DATABASE ${name} SET pg_stat_statements.track_planning = on`);
  }

  /** Forgets what was counted so far. */
  async forgetStatements(): Promise<void> {
    await this.#client.query(
      'SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = current_database()',
    );
  }

  /** Returns what was counted, what took longest first. */
  async statements(): Promise<readonly CountedStatement[]> {
    return this.query<CountedStatement & pg.QueryResultRow>(
      `SELECT query AS statement, sum(calls)::float8 AS calls, sum(rows)::float8 AS rows,
         sum(total_plan_time) AS "planMilliseconds", sum(total_exec_time) AS "runMilliseconds",
         sum(wal_bytes)::float8 AS "walBytes"
       FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname = current_database()
       GROUP BY query ORDER BY sum(total_plan_time + total_exec_time) DESC`,
    );
  }

  /** Returns what has been done so far; transactions and log are those of the whole server. */
  async work(): Promise<PostgresWork> {
    const [row] = await this.query<PostgresWork & pg.QueryResultRow>(
      `SELECT (SELECT coalesce(sum(calls), 0)::float8 FROM pg_stat_statements
           JOIN pg_database ON pg_database.oid = dbid WHERE datname = current_database()) AS statements,
         pg_snapshot_xmax(pg_current_snapshot())::text::float8 AS "writingTransactions",
         pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS "walBytes"`,
    );
    if (!row) throw new Error('Postgres returned no row');
    return row;
  }

  /** Returns what each other connection to the database does at this moment, or waits for. */
  async sample(): Promise<readonly Omit<SampledState, 'samples'>[]> {
    return this.query(
      `SELECT application_name AS connection,
         CASE WHEN state <> 'active' THEN state
           ELSE coalesce('waits for ' || wait_event_type || ' ' || wait_event, 'works') END AS state
       FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
  }

  /** Leaves every contender the same start: nothing to write to the disk. */
  async settle(): Promise<void> {
    await this.#client.query('CHECKPOINT');
  }

  /** Has Postgres clean up and count all tables, as it does by itself after a while. */
  async analyze(): Promise<void> {
    await this.#client.query('VACUUM ANALYZE');
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** Watches a database that was made for a peer. */
export function openObserverOf({ url }: TestDatabase): Promise<PostgresObserver> {
  return PostgresObserver.open(new URL(url).pathname.slice(1));
}
