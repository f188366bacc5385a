import type { Database } from '../../../platform/database/connection.ts';
import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import { quotedName, quotedTable } from '../promotion/table-definition.ts';
import { explainFailure } from './copy-failures.ts';
import type { TablePlan } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';

/** What the next table takes over from the live one. Indexes and constraints are built once it is filled. */
const LIKE =
  'INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING STATISTICS INCLUDING COMMENTS';

/** A table that this step has made. One that another worker makes under the same name has another id. */
export interface NextTable {
  readonly plan: TablePlan;
  /** Its object id in Postgres. */
  readonly id: string;
}

/**
 * Ends what copies of an earlier attempt still do: one whose worker was lost goes on until it notices.
 *
 * @param applicationName what the names of their sessions begin with.
 */
export async function endEarlierSessions(api: Database, applicationName: string): Promise<void> {
  await api.raw(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE starts_with(application_name, ?) AND datname = current_database() AND usename = current_user`,
    [applicationName],
  );
}

/** Drops the next tables that are there, and makes empty ones, in one transaction. */
export async function makeNextTables(
  session: CopySession,
  plans: readonly TablePlan[],
): Promise<readonly NextTable[]> {
  const doing = 'making the next tables';
  await session.query(doing, 'BEGIN');
  const { rows } = await session.query<{ exists: boolean }>(
    doing,
    'SELECT to_regnamespace($1) IS NOT NULL AS exists',
    [NEXT_SCHEMA],
  );
  // Not `IF NOT EXISTS`, which needs the right to create a schema even where it exists.
  if (rows[0]?.exists !== true) await session.query(doing, `CREATE SCHEMA ${NEXT_SCHEMA}`);
  await session.query(doing, `DROP TABLE IF EXISTS ${plans.map(({ next }) => quotedTable(next)).join(', ')}`);
  const made: NextTable[] = [];
  for (const plan of plans) made.push(await makeNextTable(session, plan, doing));
  await session.query(doing, 'COMMIT');
  return made;
}

async function makeNextTable(session: CopySession, plan: TablePlan, doing: string): Promise<NextTable> {
  const next = quotedTable(plan.next);
  await session.query(doing, `CREATE TABLE ${next} (LIKE ${quotedTable(plan.live)} ${LIKE})`);
  for (const { name, type } of plan.added) {
    await session.query(doing, `ALTER TABLE ${next} ADD COLUMN ${quotedName(name)} ${type}`);
  }
  const { rows } = await session.query<{ id: string }>(doing, 'SELECT $1::regclass::oid::text AS id', [next]);
  return { plan, id: rows[0]?.id ?? '' };
}

/** Removes the rows that a table of the API's database lists as deleted. Returns how many there were. */
export async function removeDeletedRows(
  session: CopySession,
  { table, next, live }: TablePlan,
): Promise<number> {
  if (!table.deletedRows) return 0;
  const { column } = table.deletedRows;
  const listing = quotedTable({ schema: live.schema, table: table.deletedRows.table });
  const doing = `leaving out the rows of ${table.deletedRows.table}`;
  const { rows } = await session.query<{ exists: boolean }>(
    doing,
    'SELECT to_regclass($1) IS NOT NULL AS exists',
    [listing],
  );
  if (rows[0]?.exists !== true) return 0;
  const { rowCount } = await session.query(
    doing,
    `DELETE FROM ${quotedTable(next)} n USING (SELECT DISTINCT ${quotedName(column)} AS value FROM ${listing}) d
     WHERE n.${quotedName(column)} = d.value`,
  );
  return rowCount ?? 0;
}

/** Builds the primary key, under the name that it has in the live table. */
export async function buildPrimaryKey(session: CopySession, { next, primaryKey }: TablePlan): Promise<void> {
  await session.query(
    `building the primary key of ${next.table}`,
    `ALTER TABLE ${quotedTable(next)} ADD CONSTRAINT ${quotedName(primaryKey.name)} ${primaryKey.definition}`,
  );
}

/**
 * Drops tables that this step has made; those of another worker under the same names stay. A failure is left to the tidying,
 * which drops them later.
 */
export async function dropNextTables(api: Database, tables: readonly NextTable[]): Promise<void> {
  for (const { plan, id } of tables) {
    try {
      await api.transaction(async (transaction) => {
        await transaction.raw(`SET LOCAL lock_timeout = '5s'`);
        const { rows } = await transaction.raw<{ rows: { id: string | null }[] }>(
          'SELECT to_regclass(?)::oid::text AS id',
          [quotedTable(plan.next)],
        );
        if (rows[0]?.id === id) await transaction.raw(`DROP TABLE ${quotedTable(plan.next)}`);
      });
    } catch (error) {
      throw explainFailure('api', `dropping ${plan.next.table}`, error);
    }
  }
}
