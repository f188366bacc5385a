import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from './connection.ts';

/** A number of rows, which is an estimate where there are many. */
export interface RowCount {
  readonly count: number;
  readonly isEstimated: boolean;
}

/** Rows that are counted one by one; beyond that, Postgres says what it believes. */
export const MOST_COUNTED_ROWS = 10_000;

/**
 * Counts the rows of a query: exactly up to {@link MOST_COUNTED_ROWS}, as the planner estimates them beyond that.
 * So it takes no longer for a million rows than for ten thousand, where the query has an index.
 */
export async function boundedCount(
  database: DatabaseOrTransaction,
  query: Knex.QueryBuilder,
): Promise<RowCount> {
  const some = query
    .clone()
    .select(database.raw('1'))
    .limit(MOST_COUNTED_ROWS + 1);
  const [counted] = await database.from(some.as('some')).count<{ count: string }[]>('*');
  const count = Number(counted?.count ?? 0);
  if (count <= MOST_COUNTED_ROWS) return { count, isEstimated: false };
  // Before Postgres has analyzed a table that grew fast, it believes too little.
  return { count: Math.max(await estimatedCount(database, query), count), isEstimated: true };
}

/** How many rows of a query there are, as the planner believes: at once, and seldom exactly. */
export async function estimatedCount(
  database: DatabaseOrTransaction,
  query: Knex.QueryBuilder,
): Promise<number> {
  const { sql, bindings } = query.clone().select(database.raw('1')).toSQL();
  const { rows } = await database.raw<{ rows: { 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }[] }>(
    `EXPLAIN (FORMAT JSON) ${sql}`,
    [...bindings],
  );
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}
