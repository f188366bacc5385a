import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';

/** Months for which there is a partition ahead of time, besides that of today. */
const MONTHS_AHEAD = 2;

/** Checks of the table's other users wait meanwhile, so that it does not wait for long itself. */
const LOCK_TIMEOUT_SECONDS = 5;

/** A partition of the history: the checks of one month in UTC. */
interface CheckMonth {
  /** `checks_2026_11` */
  readonly table: string;
  /** `2026-11-01` */
  readonly begins: string;
  /** `2026-12-01` */
  readonly ends: string;
}

/**
 * Makes the partitions of this month and the next ones, and moves checks there that came before their partition did.
 *
 * @param today in UTC.
 */
export async function makeCheckMonths(database: Database, today: Date): Promise<void> {
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) await makeMonth(database, monthOf(today, ahead));
}

/** Drops the partitions all of whose checks are older than a moment, and removes such checks that have no partition. */
export async function dropCheckMonths(database: Database, before: Date): Promise<void> {
  for (const table of await partitionsOf(database)) {
    const month = monthOfTable(table);
    if (!month || Date.parse(month.ends) > before.getTime()) continue;
    await database.transaction(async (transaction) => {
      await limitWaiting(transaction);
      await transaction.raw('DROP TABLE IF EXISTS map_registry.??', [table]);
    });
  }
  await database.raw('DELETE FROM map_registry.checks_of_other_months WHERE checked < ?::timestamptz', [
    before.toISOString(),
  ]);
}

function makeMonth(database: Database, { table, begins, ends }: CheckMonth): Promise<void> {
  return database.transaction(async (transaction) => {
    // One process after the other: each sees what the one before has made.
    await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('map_registry.checks', 0))`);
    if ((await partitionsOf(transaction)).includes(table)) return;
    await limitWaiting(transaction);
    const bound = { table, begins: `${begins} 00:00+00`, ends: `${ends} 00:00+00` };
    // Nobody adds to it while its rows are moved.
    await transaction.raw('LOCK TABLE map_registry.checks_of_other_months IN ACCESS EXCLUSIVE MODE');
    await transaction.raw(
      'CREATE TABLE map_registry.:table: (LIKE map_registry.checks INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
      bound,
    );
    await transaction.raw(
      `WITH moved AS (
         DELETE FROM map_registry.checks_of_other_months
         WHERE checked >= :begins::timestamptz AND checked < :ends::timestamptz RETURNING *
       )
       INSERT INTO map_registry.:table: SELECT * FROM moved`,
      bound,
    );
    await transaction.raw(
      `ALTER TABLE map_registry.checks ATTACH PARTITION map_registry.:table:
       FOR VALUES FROM ('${bound.begins}') TO ('${bound.ends}')`,
      { table },
    );
  });
}

async function limitWaiting(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_SECONDS}s'`);
}

async function partitionsOf(database: Knex): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { name: string }[] }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = 'map_registry.checks'::regclass ORDER BY relname`,
  );
  return rows.map(({ name }) => name);
}

function monthOf(today: Date, ahead: number): CheckMonth {
  const dayOf = (months: number) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
  const begins = dayOf(ahead);
  return { table: `checks_${begins.slice(0, 7).replace('-', '_')}`, begins, ends: dayOf(ahead + 1) };
}

function monthOfTable(table: string): CheckMonth | undefined {
  const [, year, month] = /^checks_(\d{4})_(\d{2})$/.exec(table) ?? [];
  return year === undefined || month === undefined
    ? undefined
    : monthOf(new Date(Date.UTC(Number(year), Number(month) - 1)), 0);
}
