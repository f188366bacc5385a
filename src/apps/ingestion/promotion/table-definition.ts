import type { Knex } from 'knex';

/** A table of one schema. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** An index, with its constraint if it belongs to one. */
export interface IndexDefinition {
  readonly name: string;
  /** `CREATE UNIQUE INDEX image_pkey ON `, before the table. */
  readonly head: string;
  /** ` USING btree (id)`, behind the table. */
  readonly tail: string;
  /** `PRIMARY KEY` or `UNIQUE`; `null` for an index without a constraint, or of an exclusion. */
  readonly constraint: string | null;
  readonly deferral: string;
  readonly isOfExclusion: boolean;
  readonly isClustered: boolean;
  readonly comment: string | null;
}

/** A check or an exclusion. */
export interface ConstraintDefinition {
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
}

/** A foreign key of the table, or to it. */
export interface ForeignKeyDefinition {
  readonly name: string;
  /** The table that has it. */
  readonly owner: TableName;
  readonly referenced: TableName;
  /** `FOREIGN KEY (image_id) REFERENCES `, before the referenced table. */
  readonly head: string;
  /** `(id) ON DELETE CASCADE`, behind the referenced table; without `NOT VALID`. */
  readonly tail: string;
  readonly isValidated: boolean;
  readonly comment: string | null;
}

/** A trigger. */
export interface TriggerDefinition {
  readonly name: string;
  /** Before the table, and behind it. */
  readonly head: string;
  readonly tail: string;
  /** `ENABLE`, `DISABLE`, `ENABLE REPLICA` or `ENABLE ALWAYS`. */
  readonly enabling: string;
  readonly comment: string | null;
}

/** A column, as far as it is no matter of its rows. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly default: string | null;
  readonly identity: string;
  readonly generated: string;
  readonly statisticsTarget: number | null;
  readonly options: readonly string[] | null;
  readonly comment: string | null;
}

/** Statements that belong to a table as a whole, without the table's name: `OWNER TO deploy`. */
export interface TableSettings {
  readonly owner: string;
  readonly options: readonly string[] | null;
  readonly comment: string | null;
  readonly replicaIdentity: string;
  readonly hasRowSecurity: boolean;
  readonly forcesRowSecurity: boolean;
}

/** A right on the table, or on one of its columns. */
export interface GrantDefinition {
  readonly privilege: string;
  /** `null` for the whole table. */
  readonly column: string | null;
  /** `null` for everybody. */
  readonly grantee: string | null;
  readonly isGrantable: boolean;
}

/** A policy of row security. */
export interface PolicyDefinition {
  readonly name: string;
  /** What follows the table: ` AS PERMISSIVE FOR ALL TO public USING (…)`. */
  readonly tail: string;
  readonly comment: string | null;
}

/** Everything about a table that has to be the same once another takes its place. */
export interface TableDefinition {
  readonly columns: readonly ColumnDefinition[];
  readonly settings: TableSettings;
  readonly indexes: readonly IndexDefinition[];
  readonly constraints: readonly ConstraintDefinition[];
  readonly foreignKeys: readonly ForeignKeyDefinition[];
  readonly triggers: readonly TriggerDefinition[];
  readonly grants: readonly GrantDefinition[];
  readonly policies: readonly PolicyDefinition[];
}

/** A table is missing. */
export class TableNotFoundError extends Error {
  override readonly name = 'TableNotFoundError';

  constructor({ schema, table }: TableName) {
    super(`There is no table ${schema}.${table}`);
  }
}

/** A definition has a form that cannot be taken apart. */
export class UnreadableDefinitionError extends Error {
  override readonly name = 'UnreadableDefinitionError';
}

/** The name of a table in a statement. */
export function quotedTable({ schema, table }: TableName): string {
  return `${quotedName(schema)}.${quotedName(table)}`;
}

/** A name in a statement. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in a statement. */
export function quotedText(text: string | null): string {
  return text === null ? 'NULL' : `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * Reads the definition of a table. All names in it have their schemas, as the search path of the transaction is set to none.
 *
 * @throws {TableNotFoundError}
 */
export async function readTableDefinition(
  transaction: Knex.Transaction,
  name: TableName,
): Promise<TableDefinition> {
  await transaction.raw(`SET LOCAL search_path = ''`);
  const id = await tableId(transaction, name);
  const rows = async <Row>(sql: string): Promise<readonly Row[]> =>
    (await transaction.raw<{ rows: Row[] }>(sql, { id })).rows;
  const [settings] = await rows<TableSettings>(SETTINGS);
  if (!settings) throw new TableNotFoundError(name);
  const indexes = await rows<
    Omit<IndexDefinition, 'tail'> & { readonly definition: string; readonly on: string }
  >(INDEXES);
  const foreignKeys = await rows<StoredForeignKey>(FOREIGN_KEYS('conrelid'));
  const triggers = await rows<
    Omit<TriggerDefinition, 'head' | 'tail'> & { readonly definition: string; readonly on: string }
  >(TRIGGERS);
  return {
    columns: await rows<ColumnDefinition>(COLUMNS),
    settings,
    indexes: indexes.map(({ definition, on, ...index }) => ({
      ...index,
      head: index.head,
      tail: split(definition, `${index.head}${on}`)[1],
    })),
    constraints: await rows<ConstraintDefinition>(CONSTRAINTS),
    foreignKeys: foreignKeys.map(readForeignKey),
    triggers: triggers.map(({ definition, on, ...trigger }) => {
      const [head, tail] = split(definition, ` ON ${on} `);
      return { ...trigger, head: `${head} ON `, tail: ` ${tail}` };
    }),
    grants: await rows<GrantDefinition>(GRANTS),
    policies: await rows<PolicyDefinition>(POLICIES),
  };
}

/** Reads the foreign keys that other tables have to a table. @throws {TableNotFoundError} */
export async function readIncomingKeys(
  transaction: Knex.Transaction,
  name: TableName,
): Promise<readonly ForeignKeyDefinition[]> {
  await transaction.raw(`SET LOCAL search_path = ''`);
  const id = await tableId(transaction, name);
  const { rows } = await transaction.raw<{ rows: StoredForeignKey[] }>(FOREIGN_KEYS('confrelid'), { id });
  return rows.map(readForeignKey);
}

/** Returns whether there is such a table. */
export async function tableExists(database: Knex | Knex.Transaction, name: TableName): Promise<boolean> {
  return (await findTableId(database, name)) !== null;
}

async function tableId(database: Knex | Knex.Transaction, name: TableName): Promise<string> {
  const id = await findTableId(database, name);
  if (id === null) throw new TableNotFoundError(name);
  return id;
}

async function findTableId(database: Knex | Knex.Transaction, name: TableName): Promise<string | null> {
  const { rows } = await database.raw<{ rows: { id: string | null }[] }>(
    'SELECT to_regclass(?)::oid::text AS id',
    [quotedTable(name)],
  );
  return rows[0]?.id ?? null;
}

interface StoredForeignKey extends Omit<ForeignKeyDefinition, 'owner' | 'referenced' | 'head' | 'tail'> {
  readonly ownerSchema: string;
  readonly ownerTable: string;
  readonly referencedSchema: string;
  readonly referencedTable: string;
  readonly definition: string;
  readonly on: string;
}

function readForeignKey(stored: StoredForeignKey): ForeignKeyDefinition {
  const { ownerSchema, ownerTable, referencedSchema, referencedTable, definition, on, ...key } = stored;
  const [head, tail] = split(definition, ` REFERENCES ${on}(`);
  return {
    ...key,
    owner: { schema: ownerSchema, table: ownerTable },
    referenced: { schema: referencedSchema, table: referencedTable },
    head: `${head} REFERENCES `,
    tail: `(${tail.replace(/ NOT VALID$/, '')}`,
  };
}

/** Takes a definition apart where it names the table, which it does once. */
function split(definition: string, at: string): readonly [string, string] {
  const [before, after, ...more] = definition.split(at);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new UnreadableDefinitionError(`This definition cannot be taken over: ${definition}`);
  }
  return [before, after];
}

const COLUMNS = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "isNotNull",
    pg_get_expr(d.adbin, d.adrelid) AS default, a.attidentity AS identity, a.attgenerated AS generated,
    nullif(a.attstattarget, -1) AS "statisticsTarget", a.attoptions AS options,
    col_description(a.attrelid, a.attnum) AS comment
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = :id::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname`;

const SETTINGS = `
  SELECT pg_get_userbyid(relowner) AS owner, reloptions AS options, obj_description(oid, 'pg_class') AS comment,
    CASE relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' WHEN 'i' THEN (
      SELECT format('USING INDEX %I', i.relname) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE x.indrelid = c.oid AND x.indisreplident) ELSE 'DEFAULT' END AS "replicaIdentity",
    relrowsecurity AS "hasRowSecurity", relforcerowsecurity AS "forcesRowSecurity"
  FROM pg_class c WHERE oid = :id::oid`;

const INDEXES = `
  SELECT i.relname AS name, pg_get_indexdef(x.indexrelid) AS definition,
    format('CREATE %sINDEX %I ON ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, i.relname) AS head,
    format('%I.%I', n.nspname, t.relname) AS on,
    CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END AS constraint,
    CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END
      || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS deferral,
    coalesce(k.contype = 'x', false) AS "isOfExclusion", x.indisclustered AS "isClustered",
    coalesce(obj_description(k.oid, 'pg_constraint'), obj_description(i.oid, 'pg_class')) AS comment
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
  WHERE x.indrelid = :id::oid AND x.indisvalid ORDER BY i.relname`;

const CONSTRAINTS = `
  SELECT conname AS name, pg_get_constraintdef(oid) AS definition, obj_description(oid, 'pg_constraint') AS comment
  FROM pg_constraint WHERE conrelid = :id::oid AND contype IN ('c', 'x') ORDER BY conname`;

const FOREIGN_KEYS = (side: 'conrelid' | 'confrelid') => `
  SELECT k.conname AS name, pg_get_constraintdef(k.oid) AS definition, k.convalidated AS "isValidated",
    obj_description(k.oid, 'pg_constraint') AS comment,
    o_n.nspname AS "ownerSchema", o.relname AS "ownerTable",
    r_n.nspname AS "referencedSchema", r.relname AS "referencedTable", format('%I.%I', r_n.nspname, r.relname) AS on
  FROM pg_constraint k
  JOIN pg_class o ON o.oid = k.conrelid JOIN pg_namespace o_n ON o_n.oid = o.relnamespace
  JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace r_n ON r_n.oid = r.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND k.${side} = :id::oid ORDER BY k.conname, o_n.nspname, o.relname`;

const TRIGGERS = `
  SELECT g.tgname AS name, pg_get_triggerdef(g.oid) AS definition, format('%I.%I', n.nspname, t.relname) AS on,
    CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS'
      ELSE 'ENABLE' END AS enabling,
    obj_description(g.oid, 'pg_trigger') AS comment
  FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE g.tgrelid = :id::oid AND NOT g.tgisinternal ORDER BY g.tgname`;

const GRANTS = `
  SELECT g.privilege_type AS privilege, NULL AS column, CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END
    AS grantee, g.is_grantable AS "isGrantable"
  FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) g WHERE c.oid = :id::oid
  UNION ALL
  SELECT g.privilege_type, a.attname, CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END, g.is_grantable
  FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = :id::oid AND NOT a.attisdropped
  ORDER BY 3 NULLS FIRST, 2 NULLS FIRST, 1, 4`;

const POLICIES = `
  SELECT p.polname AS name, format(' AS %s FOR %s TO %s',
      CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
        ELSE 'ALL' END,
      (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ')
        FROM unnest(p.polroles) r))
      || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') AS tail,
    obj_description(p.oid, 'pg_policy') AS comment
  FROM pg_policy p WHERE p.polrelid = :id::oid ORDER BY p.polname`;
