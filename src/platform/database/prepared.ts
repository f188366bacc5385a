import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from './connection.ts';

/** The name of each statement that was prepared; the same on all connections. */
const names = new Map<string, string>();

/**
 * A statement that each connection parses once, plans a few times at most, and then only runs: half a millisecond
 * and more is saved each time. For statements that run all the time, and of whose text there are few variants, as a
 * connection never forgets one.
 *
 * The plan may be made while a table is still empty, and be kept while it fills. A statement that would read a whole
 * table then must not be prepared, unless its connection goes by indexes.
 */
export function prepared<Row>(
  database: DatabaseOrTransaction,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Knex.Raw<{ rows: Row[] }> {
  const name = names.get(sql) ?? `statement_${names.size + 1}`;
  names.set(sql, name);
  return database.raw<{ rows: Row[] }>(sql, bindings).options({ name });
}
