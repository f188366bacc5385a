import type pg from 'pg';
import { connectClient } from '../../../platform/database/encrypted-connection.ts';
import type { NamedDatabase } from '../databases/ingestion-databases.ts';
import { explainFailure, type Side } from './copy-failures.ts';

/** What the sessions of one step are opened with. */
export interface SessionOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly statementSeconds: number;
  readonly signal: AbortSignal;
}

const CONNECT_MILLISECONDS = 10_000;

/** How long a copy waits for a lock: others wait behind it meanwhile. */
const LOCK_MILLISECONDS = 10_000;

/** A copy whose worker hangs must not keep its snapshot. */
const IDLE_IN_TRANSACTION_MILLISECONDS = 60_000;

/** Memory for the primary key, which is built by one process: others have to work beside it. */
const MAINTENANCE_MEMORY = '256MB';

const KEEP_ALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000';

/** A row of any query. */
type Row = pg.QueryResultRow;

/**
 * A connection to one of the databases that ends as soon as the signal fires, whatever it is doing: the statement is cancelled,
 * and the connection closed.
 */
export class CopySession {
  readonly side: Side;
  readonly client: pg.Client;
  readonly #database: NamedDatabase;
  readonly #signal: AbortSignal;
  readonly #pid: number;
  readonly #stop = () => void this.#cancel();

  private constructor(
    side: Side,
    database: NamedDatabase,
    client: pg.Client,
    pid: number,
    signal: AbortSignal,
  ) {
    this.side = side;
    this.client = client;
    this.#database = database;
    this.#pid = pid;
    this.#signal = signal;
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** Connects. @throws {CopyBrokenOffError} @throws {RefreshRefusedError} @throws the signal's reason. */
  static async open(side: Side, database: NamedDatabase, options: SessionOptions): Promise<CopySession> {
    const { applicationName, statementSeconds, signal } = options;
    signal.throwIfAborted();
    try {
      const client = await connectClient(database.url, {
        application_name: applicationName,
        connectionTimeoutMillis: CONNECT_MILLISECONDS,
        keepAlive: true,
        options: `-c timezone=UTC -c jit=off -c statement_timeout=${statementSeconds * 1_000} -c lock_timeout=${LOCK_MILLISECONDS} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MILLISECONDS} -c maintenance_work_mem=${MAINTENANCE_MEMORY} -c max_parallel_maintenance_workers=0 ${KEEP_ALIVE}`,
      });
      // Postgres 14 and newer look, while a statement runs, whether its client is still there.
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pg_backend_pid() AS pid,
           (SELECT set_config(name, '2s', false) FROM pg_settings WHERE name = 'client_connection_check_interval')`,
      );
      const session = new CopySession(side, database, client, rows[0]?.pid ?? 0, signal);
      if (signal.aborted) await session.close();
      signal.throwIfAborted();
      return session;
    } catch (error) {
      signal.throwIfAborted();
      throw explainFailure(side, 'connecting', error);
    }
  }

  /**
   * Runs a statement.
   *
   * @param doing what it is for, in the message of its failure: `the count of rows`.
   * @throws what {@link explainFailure} makes of its failure.
   * @throws the signal's reason.
   */
  async query<Result extends Row = Row>(
    doing: string,
    sql: string,
    bindings: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Result>> {
    try {
      return await this.client.query<Result>(sql, [...bindings]);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw explainFailure(this.side, doing, error);
    }
  }

  /** Closes the connection; a statement that runs is cut off. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    await this.client.end().catch(() => undefined);
  }

  async #cancel(): Promise<void> {
    // The connection is cut at once; the statement may take a while to notice that.
    this.client.end().catch(() => undefined);
    await this.#database.pool.raw('SELECT pg_cancel_backend(?)', [this.#pid]).catch(() => undefined);
  }
}

/** Opens several sessions; closes those that are open where one fails. */
export async function openSessions(
  side: Side,
  database: NamedDatabase,
  count: number,
  options: SessionOptions,
): Promise<readonly CopySession[]> {
  const opened = await Promise.allSettled(
    Array.from({ length: count }, () => CopySession.open(side, database, options)),
  );
  const sessions = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = opened.find((result) => result.status === 'rejected');
  if (!failed) return sessions;
  await closeSessions(sessions);
  throw failed.reason;
}

/** Closes sessions. */
export async function closeSessions(sessions: readonly CopySession[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
}
