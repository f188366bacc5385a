import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { PREVIOUS_SCHEMA } from '../databases/ingestion-databases.ts';
import { addForeignKey, checkCandidate, type Replacement } from './complete-candidate.ts';
import { type Dependents, readDependents } from './dependents.ts';
import { uniqueNameOf } from './incoming-keys.ts';
import { inTries, type LockTries } from './lock-tries.ts';
import { dropTables } from './retired-tables.ts';
import { recordSwap } from './swap-ledger.ts';
import {
  type ForeignKeyDefinition,
  quotedName,
  quotedTable,
  quotedText,
  readIncomingKeys,
  readTableDefinition,
  type TableName,
} from './table-definition.ts';

/** Where a live table is for an instant while one from {@link PREVIOUS_SCHEMA} takes its place. Only the swap itself sees it. */
const SWAP_SCHEMA = 'ingestion_swap';

/** All locks together were not to be had in time. */
const STATEMENT_TIMED_OUT = '57014';

/** How long the statements of the swap may take once the locks are held. */
const SWAP_TIMEOUT_MILLISECONDS = 10_000;

/** Options of {@link swapTables}. */
export interface SwapOptions extends LockTries {
  readonly refreshId: string;
  /** What has to happen in the same transaction. */
  readonly within?: (transaction: Knex.Transaction) => Promise<void>;
}

/** How a swap went. */
export interface SwapOutcome {
  /** From 1. */
  readonly tries: number;
  /**
   * How long the locks were held at most, in milliseconds: until the commit was done. Postgres releases them before it deletes
   * the files of the tables that were dropped.
   */
  readonly heldMilliseconds: number;
}

/**
 * Puts candidates in the place of the live tables, and the live tables into {@link PREVIOUS_SCHEMA}, in one short transaction.
 * Those that were there are dropped in the same transaction. A reader with a long transaction is not waited for: the swap gives
 * way, and comes again. Foreign keys that other tables have to the new ones hold for new rows; the old rows are still to be
 * checked.
 *
 * @throws {LockTriesError} when all tries are used up.
 * @throws {CandidateDiffersError}
 * @throws {UnsupportedDependentError}
 */
export async function swapTables(
  database: Database,
  replacements: readonly Replacement[],
  options: SwapOptions,
): Promise<SwapOutcome> {
  const swapTries = { ...options, furtherStates: [STATEMENT_TIMED_OUT] };
  return inTries(swapTries, 'The live tables were', async (tries) => {
    const locked = await database.transaction((transaction) => swapOnce(transaction, replacements, options));
    return { tries, heldMilliseconds: performance.now() - locked };
  });
}

/** Everything that can be done before the locks are taken is done before. Returns when they were taken, by the clock of `performance`. */
async function swapOnce(
  transaction: Knex.Transaction,
  replacements: readonly Replacement[],
  { refreshId, lockMilliseconds, within }: SwapOptions,
): Promise<number> {
  const plans: TablePlan[] = [];
  for (const replacement of replacements) plans.push(await planTable(transaction, replacement, replacements));
  // Before the live tables are locked, so that no reader of them waits for it.
  await transaction.raw(`SET LOCAL lock_timeout = ${lockMilliseconds}`);
  await within?.(transaction);
  await dropPrevious(transaction, replacements);
  await recordSwap(transaction, refreshId, unvalidatedKeys(plans));
  await lock(transaction, tablesToLock(plans), lockMilliseconds);
  const locked = performance.now();
  // All at once: readers would wait while this process and Postgres wait for each other.
  const statements = [`SET LOCAL statement_timeout = ${SWAP_TIMEOUT_MILLISECONDS}`, ...swapStatements(plans)];
  await transaction.raw(statements.join(';\n').replaceAll('?', '\\?'));
  return locked;
}

/** The tables that were live before go, unless they are those that come back. */
async function dropPrevious(
  transaction: Knex.Transaction,
  replacements: readonly Replacement[],
): Promise<void> {
  if (replacements.some(comesBack)) return;
  await dropTables(
    transaction,
    PREVIOUS_SCHEMA,
    replacements.map(({ live }) => live.table),
  );
}

/** Rows that refer to nothing are allowed there, and are not removed. */
function unvalidatedKeys(plans: readonly TablePlan[]): readonly string[] {
  return plans.flatMap(({ incomingKeys }) =>
    incomingKeys.filter(({ isValidated }) => !isValidated).map(uniqueNameOf),
  );
}

function comesBack({ candidate }: Replacement): boolean {
  return candidate.schema === PREVIOUS_SCHEMA;
}

interface TablePlan extends Replacement {
  /** Columns with an identity: each table has a sequence of its own for them. */
  readonly identityColumns: readonly string[];
  readonly dependents: Dependents;
  /** Those of tables that are not swapped themselves. */
  readonly incomingKeys: readonly ForeignKeyDefinition[];
  /** The live table's own, to tables that are not swapped: the retired table must not keep others from deleting rows. */
  readonly outgoingKeys: readonly ForeignKeyDefinition[];
}

async function planTable(
  transaction: Knex.Transaction,
  replacement: Replacement,
  replacements: readonly Replacement[],
): Promise<TablePlan> {
  const isSwapped = (name: TableName) => replacements.some(({ live }) => isSame(live, name));
  await checkCandidate(transaction, replacement, replacements);
  const incoming = await readIncomingKeys(transaction, replacement.live);
  const { foreignKeys, columns } = await readTableDefinition(transaction, replacement.live);
  return {
    ...replacement,
    identityColumns: columns.filter(({ identity }) => identity !== '').map(({ name }) => name),
    dependents: await readDependents(transaction, replacement.live),
    incomingKeys: incoming.filter(({ owner }) => !isSwapped(owner)),
    outgoingKeys: foreignKeys.filter(({ referenced }) => !isSwapped(referenced)),
  };
}

/** One statement with one time for all locks together: readers of the first table wait no longer than for the last. */
async function lock(
  transaction: Knex.Transaction,
  tables: readonly string[],
  milliseconds: number,
): Promise<void> {
  await transaction.raw(`SET LOCAL lock_timeout = ${milliseconds}`);
  await transaction.raw(`SET LOCAL statement_timeout = ${milliseconds}`);
  await transaction.raw(`LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`);
}

function tablesToLock(plans: readonly TablePlan[]): readonly string[] {
  const names = plans.flatMap(({ live, candidate, incomingKeys, outgoingKeys }) => [
    live,
    candidate,
    ...incomingKeys.map(({ owner }) => owner),
    ...outgoingKeys.map(({ referenced }) => referenced),
  ]);
  // In the same order everywhere, so that two swaps cannot wait for each other.
  return [...new Set(names.map(quotedTable))].toSorted();
}

function swapStatements(plans: readonly TablePlan[]): readonly string[] {
  return [
    ...plans.flatMap(({ incomingKeys, outgoingKeys }) =>
      [...incomingKeys, ...outgoingKeys].map(dropForeignKey),
    ),
    ...plans.flatMap(releaseStatements),
    ...(plans.some(comesBack) ? [`CREATE SCHEMA ${SWAP_SCHEMA}`] : []),
    ...plans.flatMap(moveStatements),
    ...(plans.some(comesBack) ? [`DROP SCHEMA ${SWAP_SCHEMA}`] : []),
    ...plans.flatMap(bindStatements),
    ...plans.flatMap(({ incomingKeys }) => incomingKeys.flatMap(restoreForeignKey)),
  ];
}

function dropForeignKey({ owner, name }: ForeignKeyDefinition): string {
  return `ALTER TABLE ${quotedTable(owner)} DROP CONSTRAINT ${quotedName(name)}`;
}

function restoreForeignKey(key: ForeignKeyDefinition): readonly string[] {
  const { name, owner, comment } = key;
  if (comment === null) return [addForeignKey(key)];
  return [
    addForeignKey(key),
    `COMMENT ON CONSTRAINT ${quotedName(name)} ON ${quotedTable(owner)} IS ${quotedText(comment)}`,
  ];
}

/** What would move with the live table is let go of. */
function releaseStatements({ live, dependents }: TablePlan): readonly string[] {
  return [
    ...dependents.sequences.map(({ sequence }) => `ALTER SEQUENCE ${quotedTable(sequence)} OWNED BY NONE`),
    ...dependents.publications.map(({ name }) => `ALTER PUBLICATION ${name} DROP TABLE ${quotedTable(live)}`),
  ];
}

/** A table that comes back from {@link PREVIOUS_SCHEMA} makes room there first. */
function moveStatements(plan: TablePlan): readonly string[] {
  const { live, candidate } = plan;
  const place = quotedName(live.schema);
  const setSchema = (from: string, table: string, to: string) =>
    `ALTER TABLE ${quotedName(from)}.${quotedName(table)} SET SCHEMA ${quotedName(to)}`;
  const makesRoom = comesBack(plan);
  return [
    setSchema(live.schema, live.table, makesRoom ? SWAP_SCHEMA : PREVIOUS_SCHEMA),
    `ALTER TABLE ${quotedTable(candidate)} SET SCHEMA ${place}`,
    ...(makesRoom ? [setSchema(SWAP_SCHEMA, live.table, PREVIOUS_SCHEMA)] : []),
  ];
}

/** What was let go of is bound to the new table. */
function bindStatements({ live, dependents, identityColumns }: TablePlan): readonly string[] {
  const table = quotedTable(live);
  return [
    ...dependents.sequences.flatMap(({ sequence, column }) => {
      const name = quotedTable(sequence);
      return [
        `ALTER SEQUENCE ${name} OWNED BY ${table}.${quotedName(column)}`,
        `SELECT setval('${name.replaceAll("'", "''")}', greatest(
           (SELECT last_value FROM ${name}), (SELECT max(${quotedName(column)}) FROM ${table}), 1))`,
      ];
    }),
    ...identityColumns.map((column) => advanceIdentity(live, column)),
    ...dependents.viewStatements,
    ...dependents.publications.map(({ name, tail }) => `ALTER PUBLICATION ${name} ADD TABLE ${table}${tail}`),
  ];
}

/** The next id is greater than all that the new table has, and than all that the old one has given out. */
function advanceIdentity(live: TableName, column: string): string {
  const sequenceOf = (name: TableName) =>
    `pg_get_serial_sequence(${quotedText(quotedTable(name))}, ${quotedText(column)})::regclass`;
  const previous = { schema: PREVIOUS_SCHEMA, table: live.table };
  return `SELECT setval(${sequenceOf(live)}, greatest(
    pg_sequence_last_value(${sequenceOf(previous)}), (SELECT max(${quotedName(column)}) FROM ${quotedTable(live)}), 1))`;
}

function isSame(one: TableName, other: TableName): boolean {
  return one.schema === other.schema && one.table === other.table;
}
