import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';

/** The schema of the record of swaps. It is in the API's database, so that a swap and its record are one transaction. */
const LEDGER_SCHEMA = 'ingestion_ledger';

/** How long a swap is remembered: far longer than a promotion can be unfinished. */
const KEPT_DAYS = 90;

/** Makes the record of swaps, if there is none. */
export async function createSwapLedger(database: Database): Promise<void> {
  // Two that create it at once would fail in Postgres, in spite of IF NOT EXISTS.
  await database.transaction(async (transaction) => {
    await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('ingestion swap ledger', 0))`);
    await transaction.raw(`CREATE SCHEMA IF NOT EXISTS ${LEDGER_SCHEMA}`);
    await transaction.raw(`
      CREATE TABLE IF NOT EXISTS ${LEDGER_SCHEMA}.swaps (
        refresh_id uuid PRIMARY KEY,
        -- Foreign keys to the live tables that did not hold for all rows before the swap either.
        unvalidated_keys text[] NOT NULL DEFAULT '{}',
        swapped timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
  });
}

/**
 * Records that a refresh has swapped its tables.
 *
 * @param unvalidatedKeys the foreign keys to them that were `NOT VALID` before, and stay so.
 */
export async function recordSwap(
  transaction: Knex.Transaction,
  refreshId: string,
  unvalidatedKeys: readonly string[],
): Promise<void> {
  await transaction.raw(
    `INSERT INTO ${LEDGER_SCHEMA}.swaps (refresh_id, unvalidated_keys) VALUES (?, ?::text[])`,
    [refreshId, arrayLiteral(unvalidatedKeys)],
  );
}

/** Returns the foreign keys that {@link recordSwap} was given. */
export async function unvalidatedKeysOf(database: Database, refreshId: string): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { keys: string[] }[] }>(
    `SELECT unvalidated_keys AS keys FROM ${LEDGER_SCHEMA}.swaps WHERE refresh_id = ?`,
    [refreshId],
  );
  return rows[0]?.keys ?? [];
}

/** Returns whether a refresh has swapped its tables. */
export async function hasSwapped(database: Database, refreshId: string): Promise<boolean> {
  const { rows } = await database.raw<{ rows: object[] }>(
    `SELECT 1 FROM ${LEDGER_SCHEMA}.swaps WHERE refresh_id = ?`,
    [refreshId],
  );
  return rows.length > 0;
}

/** Forgets swaps whose refreshes have come to their end long ago. */
export async function forgetOldSwaps(database: Database): Promise<void> {
  await database.raw(
    `DELETE FROM ${LEDGER_SCHEMA}.swaps WHERE swapped < statement_timestamp() - interval '${KEPT_DAYS} days'`,
  );
}
