import type { Knex } from 'knex';
import { quotedName, quotedTable, type TableName } from './table-definition.ts';

/** A live table cannot be swapped, because of what depends on it. */
export class UnsupportedDependentError extends Error {
  override readonly name = 'UnsupportedDependentError';
}

/** What depends on a table, or belongs to it, and has to be moved from one table to the other in the swap itself. */
export interface Dependents {
  /** Statements that let a view read the new table: the same definition again, which is bound to names anew. */
  readonly viewStatements: readonly string[];
  readonly sequences: readonly OwnedSequence[];
  readonly publications: readonly Publication[];
}

/** A sequence that belongs to a column: it stays where it is, and belongs to the new table's column. */
export interface OwnedSequence {
  readonly sequence: TableName;
  readonly column: string;
}

/** A publication that names the table. */
export interface Publication {
  readonly name: string;
  /** What follows the table: its columns and its condition. */
  readonly tail: string;
}

/**
 * Reads what depends on a live table.
 *
 * @throws {UnsupportedDependentError} that names what cannot be moved: materialised views, rules, partitions, functions that
 *   are bound to the table.
 */
export async function readDependents(transaction: Knex.Transaction, live: TableName): Promise<Dependents> {
  await transaction.raw(`SET LOCAL search_path = ''`);
  const rows = async <Row>(sql: string): Promise<readonly Row[]> =>
    (await transaction.raw<{ rows: Row[] }>(sql, { table: quotedTable(live) })).rows;
  const unsupported = await rows<{ what: string }>(UNSUPPORTED);
  if (unsupported.length > 0) {
    const names = unsupported.map(({ what }) => what).join(', ');
    throw new UnsupportedDependentError(
      `${live.schema}.${live.table} cannot be swapped, because of ${names}`,
    );
  }
  const views = await rows<{ name: string; options: readonly string[] | null; definition: string }>(VIEWS);
  const sequences = await rows<{ schema: string; table: string; column: string }>(SEQUENCES);
  const publications = await rows<Publication>(PUBLICATIONS);
  return {
    viewStatements: views.map(({ name, options, definition }) => {
      const withOptions = options === null ? '' : ` WITH (${options.join(', ')})`;
      return `CREATE OR REPLACE VIEW ${name}${withOptions} AS ${definition}`;
    }),
    sequences: sequences.map(({ schema, table, column }) => ({ sequence: { schema, table }, column })),
    publications: publications.map(({ name, tail }) => ({ name: quotedName(name), tail })),
  };
}

const VIEWS = `
  SELECT DISTINCT format('%I.%I', n.nspname, v.relname) AS name, v.reloptions AS options,
    pg_get_viewdef(v.oid) AS definition
  FROM pg_depend d
  JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
  JOIN pg_namespace n ON n.oid = v.relnamespace
  WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass(:table)`;

const SEQUENCES = `
  SELECT n.nspname AS schema, s.relname AS table, a.attname AS column
  FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.deptype = 'a' AND d.refobjid = to_regclass(:table)`;

const PUBLICATIONS = `
  SELECT p.pubname AS name,
    coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a
      WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])), '')
      || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '') AS tail
  FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = to_regclass(:table)`;

const UNSUPPORTED = `
  SELECT 'the materialised view ' || v.relname AS what
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'm'
  WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass(:table)
  UNION SELECT 'the rule ' || rulename FROM pg_rewrite WHERE ev_class = to_regclass(:table)
  UNION SELECT 'the function ' || p.proname FROM pg_depend d
  JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_catalog.pg_proc'::regclass
  WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass(:table)
    OR d.refclassid = 'pg_catalog.pg_type'::regclass
      AND d.refobjid IN (SELECT c.reltype FROM pg_class c WHERE c.oid = to_regclass(:table))
  UNION SELECT 'its partitions or children' FROM pg_inherits
  WHERE to_regclass(:table) IN (inhparent, inhrelid)
  UNION SELECT 'its kind, which is no plain table' FROM pg_class
  WHERE oid = to_regclass(:table) AND relkind <> 'r'
  UNION SELECT 'the extended statistics ' || stxname FROM pg_statistic_ext WHERE stxrelid = to_regclass(:table)`;
