import type { Database } from '../../../platform/database/connection.ts';
import { type IngestionDatabases, NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import type { IngestionModel } from '../models/model.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import { RefreshRefusedError } from '../refreshes/step.ts';

/** The table whose rows are indexed. */
export interface SourceTable {
  readonly pool: Database;
  readonly schema: string;
  readonly name: string;
  /** Those columns of the documents that the table has. */
  readonly columns: readonly string[];
  /** The table with the rows that are marked as mature, and the column that has the same values in both. */
  readonly matureRows?: { readonly schema: string; readonly table: string; readonly column: string };
  /** Only rows that were updated at or after this time are read: ISO 8601. */
  readonly since?: string;
}

/** The column that says when a row was last updated. */
const UPDATED_COLUMN = 'updated_on';

const WHOLE_NUMBERS = ['smallint', 'integer', 'bigint'];

/**
 * Returns the table that a refresh indexes: the copy where it ingests, otherwise the live table.
 *
 * @throws {RefreshRefusedError} if it is missing, or cannot be indexed.
 */
export async function findSourceTable(
  refresh: Refresh,
  model: IngestionModel,
  { api: { pool, schema: liveSchema } }: Pick<IngestionDatabases, 'api'>,
): Promise<SourceTable> {
  const schema = refresh.action === 'INGEST_UPSTREAM' ? NEXT_SCHEMA : liveSchema;
  const [{ name }] = model.tables;
  const types = await columnTypes(pool, schema, name);
  if (!types) throw new RefreshRefusedError(`There is no table ${schema}.${name}`);
  if (!WHOLE_NUMBERS.includes(types.get('id') ?? '')) {
    throw new RefreshRefusedError(`The table ${schema}.${name} has no whole-number column id`);
  }
  const matureRows = model.documents.matureRows && {
    schema: liveSchema,
    ...model.documents.matureRows,
  };
  const hasMatureRows =
    matureRows !== undefined &&
    types.has(matureRows.column) &&
    (await columnTypes(pool, liveSchema, matureRows.table))?.has(matureRows.column) === true;
  return {
    pool,
    schema,
    name,
    columns: model.documents.columns.filter((column) => types.has(column)),
    ...(hasMatureRows ? { matureRows } : {}),
    ...sinceOf(refresh, types, `${schema}.${name}`),
  };
}

function sinceOf(
  { action, sinceDate }: Refresh,
  types: ReadonlyMap<string, string>,
  table: string,
): { readonly since?: string } {
  if (action !== 'UPDATE_INDEX') return {};
  if (sinceDate === null) throw new RefreshRefusedError('"since_date" is required', { isBadRequest: true });
  if (!types.has(UPDATED_COLUMN)) {
    throw new RefreshRefusedError(`The table ${table} has no column ${UPDATED_COLUMN}`);
  }
  return { since: sinceDate };
}

/** SQL for the condition that a row has to be read, and its bindings; `source` is the table. */
export function rowCondition({ since }: SourceTable): {
  readonly sql: string;
  readonly bindings: readonly string[];
} {
  if (since === undefined) return { sql: 'true', bindings: [] };
  return { sql: `source.${UPDATED_COLUMN} >= ?::timestamptz`, bindings: [since] };
}

/** The types of a table's columns, by name; `undefined` if there is no such table. */
async function columnTypes(
  pool: Database,
  schema: string,
  table: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { rows } = await pool.raw<{ rows: { name: string; type: string }[] }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type
     FROM pg_attribute
     WHERE attrelid = to_regclass(quote_ident(?) || '.' || quote_ident(?)) AND attnum > 0 AND NOT attisdropped`,
    [schema, table],
  );
  return rows.length === 0 ? undefined : new Map(rows.map(({ name, type }) => [name, type]));
}
