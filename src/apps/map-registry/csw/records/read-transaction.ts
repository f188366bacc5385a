import type { Knex } from 'knex';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';

/** How long one statement of a search may take. */
const TIMEOUT_SECONDS = 10;

/** What Postgres says of a statement that it has ended. */
const CANCELED = '57014';

/**
 * Reads in a transaction: all statements see the same records, and each has a limit. They are not compiled, which takes longer than they do.
 *
 * @throws {OgcError} 503, where a statement takes too long.
 */
export async function inReadTransaction<Result>(
  database: DatabaseOrTransaction,
  read: (transaction: Knex.Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async (transaction) => {
      // In one message: a short search would otherwise wait for the network as long as for its records.
      await transaction.raw(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off;
         SET LOCAL statement_timeout = '${TIMEOUT_SECONDS}s'`,
      );
      return read(transaction);
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === CANCELED)) throw error;
    const message = `The search took longer than ${TIMEOUT_SECONDS} seconds. Narrow it.`;
    throw new OgcError('NoApplicableCode', message, { status: 503, cause: error });
  }
}
