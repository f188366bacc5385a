import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { errorMessage } from '../error-message.ts';
import type { Logger } from '../logging.ts';
import { PostgresTlsError } from './encrypted-connection.ts';
import { encryptedDialect } from './encrypted-dialect.ts';
import { TlsParameterError, withoutTlsParameters } from './tls-parameters.ts';

/** A pool of connections to Postgres, with a query builder. */
export type Database = Knex;

/** A pool, or one transaction of it: what a function takes that works in its caller's transaction. */
export type DatabaseOrTransaction = Knex | Knex.Transaction;

const TIMESTAMP_TYPES = [pg.types.builtins.TIMESTAMP, pg.types.builtins.TIMESTAMPTZ];

/** How long to wait for one connection before it counts as failed. */
const CONNECT_TIMEOUT_MILLISECONDS = 5_000;

/** How long a connection is idle before TCP asks whether the other side still lives; the system waits for hours. */
const KEEP_ALIVE_SECONDS = 10;

/** What Postgres does with a connection whose other side is gone: it lets go of its locks within half a minute. */
const SERVER_KEEP_ALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000';

/**
 * A plan that cannot do without what is off seems so dear that it would be compiled first, hence `jit`. And as there is
 * but one plan to choose, what is prepared has one for whatever it is bound to.
 */
const BY_INDEXES =
  ' -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c jit=off -c plan_cache_mode=force_generic_plan';

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  /** Shown by Postgres in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections that are open at the same time at most. */
  readonly maximumConnections: number;
  /**
   * Cuts a connection on which nothing was heard for so long: for code that must not hang when the network swallows
   * what it sends, and has no statement or transaction that is silent for as long. Left out, there is no limit.
   */
  readonly silenceTimeoutSeconds?: number | undefined;
  /** How long one statement may take before Postgres ends it. Left out, there is no limit. */
  readonly statementTimeoutSeconds?: number | undefined;
  /**
   * Makes Postgres use indexes wherever it can, whatever it estimates a table's size to be: for connections whose
   * statements all have an index that serves them.
   */
  readonly goesByIndexes?: boolean;
  /** Logs lost connections and the like. Default: standard error. */
  readonly logger?: Logger;
}

/**
 * Opens a pool; connections are made when they are needed, and encrypted as `sslmode` says. Sessions run in UTC, and timestamps are read as
 * text, as a `Date` would lose the microseconds.
 */
export function openDatabase(databaseUrl: string, options: DatabaseOptions): Database {
  const { silenceTimeoutSeconds } = options;
  return knex.knex({
    client: encryptedDialect(databaseUrl),
    // Otherwise the message of each error holds every value of its statement.
    compileSqlOnError: false,
    connection: {
      connectionString: withoutTlsParameters(databaseUrl),
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_SECONDS * 1_000,
      options: `-c timezone=UTC ${SERVER_KEEP_ALIVE}${silenceLimits(silenceTimeoutSeconds)}${statementLimit(options)}${options.goesByIndexes ? BY_INDEXES : ''}`,
      ...(silenceTimeoutSeconds ? { stream: () => openImpatientSocket(silenceTimeoutSeconds) } : {}),
      types: {
        getTypeParser: (typeId: number, format?: string) =>
          TIMESTAMP_TYPES.includes(typeId)
            ? (value: string) => value
            : pg.types.getTypeParser(typeId, format === 'binary' ? 'binary' : 'text'),
      },
    },
    pool: { min: 0, max: options.maximumConnections },
    acquireConnectionTimeout: 2 * CONNECT_TIMEOUT_MILLISECONDS,
    ...(options.logger ? { log: knexLog(options.logger) } : {}),
  });
}

/**
 * Waits until Postgres accepts connections, for as long as that takes, and says in the log that it waits.
 *
 * @throws what Postgres says if waiting cannot help: a wrong password, a database that does not exist, a
 *   certificate that is refused.
 */
export async function waitForDatabase(
  database: Database,
  logger: Logger,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.raw('SELECT 1');
      return;
    } catch (error) {
      if (isPermanent(error)) throw error;
      logger.warn({ attempt, reason: errorMessage(error) }, 'waiting for Postgres');
      await sleep(Math.min(attempt * 250, 3_000), undefined, signal ? { signal } : {});
    }
  }
}

/** A process that hangs in a transaction must not keep its locks; nor must a statement go on after its client is gone. */
function silenceLimits(silenceTimeoutSeconds: number | undefined): string {
  if (!silenceTimeoutSeconds) return '';
  const milliseconds = silenceTimeoutSeconds * 1_000;
  return ` -c idle_in_transaction_session_timeout=${milliseconds} -c statement_timeout=${milliseconds}`;
}

function statementLimit({ statementTimeoutSeconds }: DatabaseOptions): string {
  return statementTimeoutSeconds ? ` -c statement_timeout=${statementTimeoutSeconds * 1_000}` : '';
}

function openImpatientSocket(timeoutSeconds: number): Socket {
  const socket = new Socket();
  socket.setTimeout(timeoutSeconds * 1_000, () => {
    socket.destroy(new Error(`Postgres was silent for ${timeoutSeconds} seconds`));
  });
  return socket;
}

/** What knex has to say goes to the structured log; what it warns of is also thrown to the caller. */
function knexLog(logger: Logger): Knex.Logger {
  return {
    debug: (message) => logger.debug({ knex: message }, 'knex'),
    warn: (message) => logger.debug({ knex: message }, 'knex'),
    error: (message) => logger.error({ knex: message }, 'knex'),
    deprecate: (method, alternative) => logger.warn({ method, alternative }, 'knex: deprecated'),
  };
}

/** Classes of SQLSTATE after which another try says the same: authorization (28), no such database (3D). */
const PERMANENT_CLASSES = ['28', '3D'];

function isPermanent(error: unknown): boolean {
  if (error instanceof PostgresTlsError || error instanceof TlsParameterError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return PERMANENT_CLASSES.some((permanent) => code.startsWith(permanent));
}
