import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { inCancellableTransaction } from '../databases/cancellable-transaction.ts';
import { inTries, type LockTries } from './lock-tries.ts';
import {
  type ForeignKeyDefinition,
  quotedName,
  quotedTable,
  quotedText,
  readTableDefinition,
  type TableDefinition,
  type TableName,
} from './table-definition.ts';

/** What a candidate takes the place of. */
export interface Replacement {
  readonly live: TableName;
  readonly candidate: TableName;
}

/** Options of {@link completeCandidate}. */
export interface CompletionOptions extends LockTries {
  /** Called after each statement, with how many there are. */
  readonly progress?: (done: number, total: number) => void;
}

/** A candidate differs from the live table in what should be the same. */
export class CandidateDiffersError extends Error {
  override readonly name = 'CandidateDiffersError';
}

/**
 * Gives a copy of a table everything that the live table has beside its rows: indexes and constraints under the same names,
 * foreign keys, triggers, rights, policies, comments and settings. What it has already stays. No lock is held that a reader or
 * writer of the live table would wait for. Writers of tables that its foreign keys refer to wait for an instant: no longer than
 * one try for the lock, and not while rows are checked.
 *
 * @param replacements all tables that are promoted together: foreign keys between them stay between them.
 * @throws {LockTriesError}
 */
export async function completeCandidate(
  database: Database,
  { live, candidate }: Replacement,
  replacements: readonly Replacement[],
  options: CompletionOptions,
): Promise<void> {
  const { signal, lockMilliseconds, progress = () => {} } = options;
  const [wanted, present] = await database.transaction(async (transaction) => [
    await readTableDefinition(transaction, live),
    await readTableDefinition(transaction, candidate),
  ]);
  const statements = statementsFor(wanted, present, candidate, replacements);
  for (const [index, statement] of statements.entries()) {
    // Foreign keys need a lock on the tables that they refer to, which others write to.
    await inTries(options, 'Tables that foreign keys refer to were', () =>
      inCancellableTransaction(database, signal, async (transaction) => {
        await transaction.raw(`SET LOCAL lock_timeout = ${lockMilliseconds}`);
        await transaction.raw(escapeBindings(statement));
      }),
    );
    progress(index + 1, statements.length);
  }
  await database.raw('ANALYZE ??.??', [candidate.schema, candidate.table]);
}

/** Returns what a candidate lacks, in the order in which it can be added. */
function statementsFor(
  wanted: TableDefinition,
  present: TableDefinition,
  candidate: TableName,
  replacements: readonly Replacement[],
): readonly string[] {
  const on = quotedTable(candidate);
  return [
    ...settingStatements(wanted, present, on),
    ...indexStatements(wanted, present, candidate),
    ...missing(wanted.constraints, present.constraints).map(
      ({ name, definition }) => `ALTER TABLE ${on} ADD CONSTRAINT ${quotedName(name)} ${definition}`,
    ),
    ...missing(wanted.foreignKeys, present.foreignKeys).flatMap((key) => [
      addForeignKey({ ...key, owner: candidate, referenced: replaced(key.referenced, replacements) }),
    ]),
    ...wanted.foreignKeys
      .filter(({ isValidated }) => isValidated)
      .map(({ name }) => `ALTER TABLE ${on} VALIDATE CONSTRAINT ${quotedName(name)}`),
    ...missing(wanted.triggers, present.triggers).flatMap(({ name, head, tail, enabling }) => [
      `${head}${on}${tail}`,
      `ALTER TABLE ${on} ${enabling} TRIGGER ${quotedName(name)}`,
    ]),
    ...missing(wanted.policies, present.policies).map(
      ({ name, tail }) => `CREATE POLICY ${quotedName(name)} ON ${on}${tail}`,
    ),
    ...commentStatements(wanted, candidate),
    ...identityStatements(wanted, on),
    ...grantStatements(wanted, present, on),
  ];
}

/** Adds a foreign key without looking at the rows: a later `VALIDATE` does that, without keeping others from the table. */
export function addForeignKey(key: ForeignKeyDefinition): string {
  const referenced = quotedTable(key.referenced);
  return `ALTER TABLE ${quotedTable(key.owner)} ADD CONSTRAINT ${quotedName(key.name)} ${key.head}${referenced}${key.tail} NOT VALID`;
}

/** The table that a foreign key refers to after the swap, where that is swapped too. */
export function replaced(name: TableName, replacements: readonly Replacement[]): TableName {
  const swapped = replacements.find(({ live }) => live.schema === name.schema && live.table === name.table);
  return swapped?.candidate ?? name;
}

function settingStatements(
  { settings, columns }: TableDefinition,
  present: TableDefinition,
  on: string,
): readonly string[] {
  const options = settings.options ?? [];
  return [
    ...(settings.owner === present.settings.owner
      ? []
      : [`ALTER TABLE ${on} OWNER TO ${quotedName(settings.owner)}`]),
    ...(options.length > 0 ? [`ALTER TABLE ${on} SET (${options.join(', ')})`] : []),
    ...columns.flatMap(({ name, statisticsTarget, options: ofColumn }) => [
      ...(statisticsTarget === null
        ? []
        : [`ALTER TABLE ${on} ALTER COLUMN ${quotedName(name)} SET STATISTICS ${statisticsTarget}`]),
      ...(ofColumn === null
        ? []
        : [`ALTER TABLE ${on} ALTER COLUMN ${quotedName(name)} SET (${ofColumn.join(', ')})`]),
    ]),
    ...(settings.hasRowSecurity ? [`ALTER TABLE ${on} ENABLE ROW LEVEL SECURITY`] : []),
    ...(settings.forcesRowSecurity ? [`ALTER TABLE ${on} FORCE ROW LEVEL SECURITY`] : []),
  ];
}

/** An index of a constraint is built first, and then becomes the constraint. */
function indexStatements(
  wanted: TableDefinition,
  present: TableDefinition,
  candidate: TableName,
): readonly string[] {
  const on = quotedTable(candidate);
  const existing = new Map(present.indexes.map((index) => [index.name, index]));
  return wanted.indexes
    .filter(({ isOfExclusion }) => !isOfExclusion)
    .flatMap(({ name, head, tail, constraint, deferral, isClustered }) => [
      ...(existing.has(name) ? [] : [`${head}${on}${tail}`]),
      ...(constraint === null || existing.get(name)?.constraint === constraint
        ? []
        : [
            `ALTER TABLE ${on} ADD CONSTRAINT ${quotedName(name)} ${constraint} USING INDEX ${quotedName(name)}${deferral}`,
          ]),
      ...(isClustered ? [`ALTER TABLE ${on} CLUSTER ON ${quotedName(name)}`] : []),
    ]);
}

function commentStatements(wanted: TableDefinition, candidate: TableName): readonly string[] {
  const on = quotedTable(candidate);
  const comments: readonly (readonly [string, string | null])[] = [
    [`TABLE ${on}`, wanted.settings.comment],
    ...wanted.columns.map(({ name, comment }) => [`COLUMN ${on}.${quotedName(name)}`, comment] as const),
    ...wanted.indexes.map(({ name, constraint, comment }) =>
      constraint === null
        ? ([`INDEX ${quotedName(candidate.schema)}.${quotedName(name)}`, comment] as const)
        : ([`CONSTRAINT ${quotedName(name)} ON ${on}`, comment] as const),
    ),
    ...[...wanted.constraints, ...wanted.foreignKeys].map(
      ({ name, comment }) => [`CONSTRAINT ${quotedName(name)} ON ${on}`, comment] as const,
    ),
    ...wanted.triggers.map(({ name, comment }) => [`TRIGGER ${quotedName(name)} ON ${on}`, comment] as const),
    ...wanted.policies.map(({ name, comment }) => [`POLICY ${quotedName(name)} ON ${on}`, comment] as const),
  ];
  return comments
    .filter(([, comment]) => comment !== null)
    .map(([what, comment]) => `COMMENT ON ${what} IS ${quotedText(comment)}`);
}

function identityStatements({ settings }: TableDefinition, on: string): readonly string[] {
  return settings.replicaIdentity === 'DEFAULT'
    ? []
    : [`ALTER TABLE ${on} REPLICA IDENTITY ${settings.replicaIdentity}`];
}

/** Rights that the candidate has by default go first: they may be more than those of the live table. */
function grantStatements(wanted: TableDefinition, present: TableDefinition, on: string): readonly string[] {
  const grantees = new Set(present.grants.map(({ grantee }) => roleOf(grantee)));
  return [
    ...[...grantees].map((role) => `REVOKE ALL ON ${on} FROM ${role}`),
    ...wanted.grants.map(({ privilege, column, grantee, isGrantable }) => {
      const what = column === null ? privilege : `${privilege} (${quotedName(column)})`;
      return `GRANT ${what} ON ${on} TO ${roleOf(grantee)}${isGrantable && grantee !== null ? ' WITH GRANT OPTION' : ''}`;
    }),
  ];
}

function roleOf(grantee: string | null): string {
  return grantee === null ? 'PUBLIC' : quotedName(grantee);
}

function missing<Part extends { readonly name: string }>(
  wanted: readonly Part[],
  present: readonly Part[],
): readonly Part[] {
  const names = new Set(present.map(({ name }) => name));
  return wanted.filter(({ name }) => !names.has(name));
}

/** knex takes a question mark for a binding. */
function escapeBindings(statement: string): string {
  return statement.replaceAll('?', '\\?');
}

/**
 * Checks that a candidate has everything that the live table has, under the same names.
 *
 * @throws {CandidateDiffersError} that names what differs.
 */
export async function checkCandidate(
  transaction: Knex.Transaction,
  { live, candidate }: Replacement,
  replacements: readonly Replacement[],
): Promise<void> {
  const wanted = await readTableDefinition(transaction, live);
  const present = await readTableDefinition(transaction, candidate);
  const differing = Object.entries(comparableParts(wanted, replacements)).flatMap(([part, entries]) => {
    const known = new Set(comparableParts(present, [])[part] ?? []);
    return entries.filter((entry) => !known.has(entry)).map((entry) => `${part} ${entry}`);
  });
  if (differing.length > 0) {
    throw new CandidateDiffersError(
      `The table ${candidate.schema}.${candidate.table} lacks ${differing.slice(0, 5).join('; ')}`,
    );
  }
}

/** The parts of a definition as texts that are the same in both tables. */
function comparableParts(
  definition: TableDefinition,
  replacements: readonly Replacement[],
): Readonly<Record<string, readonly string[]>> {
  const texts = (parts: readonly object[]) => parts.map((part) => JSON.stringify(part));
  return {
    // Each table has the default of its own identity, and the live one's sequence otherwise.
    columns: texts(definition.columns),
    indexes: texts(definition.indexes),
    constraints: texts(definition.constraints),
    foreignKeys: texts(
      definition.foreignKeys.map(({ name, head, tail, referenced, isValidated }) => ({
        name,
        head,
        tail,
        isValidated,
        referenced: replaced(referenced, replacements),
      })),
    ),
    triggers: texts(definition.triggers),
    policies: texts(definition.policies),
    grants: texts(definition.grants),
    settings: texts([definition.settings]),
  };
}
