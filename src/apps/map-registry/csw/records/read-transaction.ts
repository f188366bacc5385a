import type { Knex } from 'knex';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { type ChangeNote, changedLayersBetween, changeNotesSql } from './changed-layers.ts';
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
  /** The ids of the layers whose records have changed since an earlier version, perhaps with others. `undefined` where that is not known. */
  readonly changedIds: ReadonlySet<number> | undefined;
}

/** What the statements that a transaction begins with return. */
type BeginResults = readonly { readonly rows: readonly (ChangeNote | { readonly version: string })[] }[];

/**
 * Reads in a transaction: all statements see the same records, and each has a limit. They are not compiled, which takes longer than they do.
 *
 * @param earlierVersion since which the changes are read.
 * @throws {OgcError} 503, where a statement takes too long.
 */
export async function inReadTransaction<Result>(
  database: DatabaseOrTransaction,
  catalogId: string,
  read: (snapshot: RecordsSnapshot) => Promise<Result>,
  earlierVersion?: string,
): Promise<Result> {
  try {
    return await database.transaction(async (transaction) =>
      read({ transaction, ...(await beginReading(transaction, catalogId, earlierVersion)) }),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === CANCELED)) throw error;
    const message = `The search took longer than ${TIMEOUT_SECONDS} seconds. Narrow it.`;
    throw new OgcError('NoApplicableCode', message, { status: 503, cause: error });
  }
}

/** In one message: a short search would otherwise wait for the network as long as for its records. It can have no bound values. */
async function beginReading(
  transaction: Knex.Transaction,
  catalogId: string,
  earlierVersion: string | undefined,
): Promise<Omit<RecordsSnapshot, 'transaction'>> {
  const results = await transaction.raw<BeginResults>(
    `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off;
     SET LOCAL statement_timeout = '${TIMEOUT_SECONDS}s';
     ${recordsVersionSql(String(BigInt(catalogId)))};
     ${earlierVersion === undefined ? '' : changeNotesSql(catalogId, earlierVersion)}`,
  );
  const rows = results.flatMap((result) => result.rows);
  const version = rows.flatMap((row) => ('version' in row ? [row.version] : []))[0];
  if (version === undefined) throw new Error('Postgres returned no version of the records.');
  const notes = rows.flatMap((row) => ('change_id' in row ? [row] : []));
  return {
    version,
    changedIds:
      earlierVersion === undefined ? undefined : changedLayersBetween(earlierVersion, version, notes),
  };
}
