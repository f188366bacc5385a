import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { PREVIOUS_SCHEMA } from '../databases/ingestion-databases.ts';
import { quotedTable } from './table-definition.ts';

/** How long a table that is dropped may be read by others before this gives way; the next run comes again. */
const LOCK_TIMEOUT = '5s';

/** Drops tables that were live and are kept for long enough. They cannot be put back then. */
export async function dropOldTables(
  database: Database,
  apiDatabase: Database,
  model: string,
  keptHours: number,
): Promise<void> {
  const names = await database('ingestion.retired_tables')
    .where({ model })
    .whereRaw('retired <= statement_timestamp() - make_interval(hours => ?::integer)', [keptHours])
    .pluck<string[]>('table_name');
  if (names.length === 0) return;
  await apiDatabase.transaction((transaction) => dropTables(transaction, PREVIOUS_SCHEMA, names));
  await database('ingestion.retired_tables').where({ model }).whereIn('table_name', names).delete();
}

/** Drops tables of a schema, where they exist. Gives way to others that read them. */
export async function dropTables(
  transaction: Knex.Transaction,
  schema: string,
  names: readonly string[],
): Promise<void> {
  await transaction.raw(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  const tables = names.map((table) => quotedTable({ schema, table }));
  await transaction.raw(`DROP TABLE IF EXISTS ${tables.join(', ')}`);
}
