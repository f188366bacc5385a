import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { errorMessage } from '../error-message.ts';
import type { Logger } from '../logging.ts';

/** A pool of connections to Postgres, with a query builder. */
export type Database = Knex;

/** A pool, or one transaction of it: what a function takes that works in its caller's transaction. */
export type DatabaseOrTransaction = Knex | Knex.Transaction;

const TIMESTAMP_TYPES = [pg.types.builtins.TIMESTAMP, pg.types.builtins.TIMESTAMPTZ];

/** How long to wait for one connection before it counts as failed. */
const CONNECT_TIMEOUT_MILLISECONDS = 5_000;

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  /** Shown by Postgres in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections that are open at the same time at the most. */
  readonly maximumConnections: number;
  /** Where lost connections and the like are told; otherwise on standard error. */
  readonly logger?: Logger;
}

/**
 * Opens a pool; connections are made when they are needed. Sessions run in UTC, and timestamps are read as
 * text, as a `Date` would lose the microseconds.
 */
export function openDatabase(databaseUrl: string, options: DatabaseOptions): Database {
  return knex.knex({
    client: 'pg',
    connection: {
      connectionString: databaseUrl,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      keepAlive: true,
      options: '-c timezone=UTC',
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
 * Waits until Postgres answers, for as long as that takes, and says in the log that it waits.
 *
 * @throws what Postgres says where waiting cannot help: a wrong password, a database that does not exist.
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

/** What knex has to say goes to the structured log; what it warns of is also thrown to whoever asked. */
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
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return PERMANENT_CLASSES.some((permanent) => code.startsWith(permanent));
}
