import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from './connection.ts';

/**
 * A column's moment as the API writes it: ISO 8601 in UTC with six fractional digits and a `Z`, as text, as a
 * JavaScript `Date` would lose the microseconds.
 */
export function isoTimestamp(database: DatabaseOrTransaction, column: string, alias: string): Knex.Raw {
  return database.raw(`to_char(?? AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ??`, [
    column,
    alias,
  ]);
}

/** Returns a moment likewise that Postgres has written by itself, in a session whose time zone is UTC. */
export function isoOf(timestamp: string): string {
  const [seconds = '', fraction = ''] = timestamp.replace('+00', '').replace(' ', 'T').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}
