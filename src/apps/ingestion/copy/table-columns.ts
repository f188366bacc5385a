import type { Database } from '../../../platform/database/connection.ts';
import { quotedTable, type TableName } from '../promotion/table-definition.ts';

/** A column, as far as a copy has to know it. */
export interface TableColumn {
  readonly name: string;
  /** The type without a length or precision: `character varying`. */
  readonly type: string;
  /** Whether every Postgres knows the type. Its binary form is the same everywhere then. */
  readonly isBuiltIn: boolean;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
  readonly isGenerated: boolean;
}

/** The primary key of a table. */
export interface PrimaryKey {
  readonly name: string;
  /** `PRIMARY KEY (id)` */
  readonly definition: string;
  readonly columns: readonly string[];
}

/** Reads the columns of a table or view, in their order; `undefined` if there is no such table. */
export async function readColumns(
  database: Database,
  name: TableName,
): Promise<readonly TableColumn[] | undefined> {
  // With -1 for the length, `character` differs from `character(1)`, to which a cast would cut values.
  const { rows } = await database.raw<{ rows: (TableColumn & { readonly name: string | null })[] }>(
    `SELECT a.attname AS name, format_type(a.atttypid, -1) AS type,
       t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm') AS "isBuiltIn",
       a.attnotnull AS "isRequired", a.atthasdef OR a.attidentity <> '' AS "hasDefault", a.attgenerated <> '' AS "isGenerated"
     FROM pg_class c
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.oid = to_regclass(:table) ORDER BY a.attnum`,
    { table: quotedTable(name) },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.name !== null);
}

/** Reads the primary key of a table; `undefined` if it has none. */
export async function readPrimaryKey(database: Database, name: TableName): Promise<PrimaryKey | undefined> {
  const { rows } = await database.raw<{ rows: PrimaryKey[] }>(
    `SELECT k.conname AS name, pg_get_constraintdef(k.oid) AS definition,
       array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place) AS columns
     FROM pg_constraint k WHERE k.conrelid = to_regclass(:table) AND k.contype = 'p'`,
    { table: quotedTable(name) },
  );
  return rows[0];
}
