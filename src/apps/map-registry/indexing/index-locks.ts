import type { Knex } from 'knex';

/** SQL: the number of the lock. */
const LOCK = `hashtextextended('map_registry.index', 0)`;

/**
 * Keeps indexes from being emptied until the transaction ends: a batch would make an index anew that was deleted under it. Called before
 * layers are claimed, so that what waits for the lock holds no layer.
 */
export async function keepIndexes(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw(`SELECT pg_advisory_xact_lock_shared(${LOCK})`);
}

/** Waits for the batches that are written now; others begin when the transaction has ended. */
export async function waitForBatches(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw(`SELECT pg_advisory_xact_lock(${LOCK})`);
}
