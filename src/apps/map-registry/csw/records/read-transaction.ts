import type { Knex } from 'knex';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { recordsVersionSql } from './records-version.ts';

/** How long one statement of a search may take. */
const TIMEOUT_SECONDS = 10;

/** What Postgres says of a statement that it has ended. */
const CANCELED = '57014';

/** The records of a catalogue as one transaction sees them. */
export interface RecordsSnapshot {
  readonly transaction: Knex.Transaction;
  /** Two snapshots of the same version have the same records; any change gives another version. */
  readonly version: string;
}

/** The last one of the statements that a transaction begins with. */
type BeginResults = readonly { readonly rows: readonly { readonly version?: string }[] }[];

/**
 * Reads in a transaction: all statements see the same records, and each has a limit. They are not compiled, which takes longer than they do.
 *
 * @throws {OgcError} 503, where a statement takes too long.
 */
export async function inReadTransaction<Result>(
  database: DatabaseOrTransaction,
  catalogId: string,
  read: (snapshot: RecordsSnapshot) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async (transaction) => {
      // In one message: a short search would otherwise wait for the network as long as for its records. It can have no bound values.
      const results = await transaction.raw<BeginResults>(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off;
         SET LOCAL statement_timeout = '${TIMEOUT_SECONDS}s';
         ${recordsVersionSql(String(BigInt(catalogId)))}`,
      );
      const version = results.at(-1)?.rows[0]?.version;
      if (version === undefined) throw new Error('Postgres returned no version of the records.');
      return read({ transaction, version });
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === CANCELED)) throw error;
    const message = `The search took longer than ${TIMEOUT_SECONDS} seconds. Narrow it.`;
    throw new OgcError('NoApplicableCode', message, { status: 503, cause: error });
  }
}
