import { rowCondition, type SourceTable } from './source-table.ts';

/** Rows that one task indexes: few enough that little is lost with a worker. */
const MOST_ROWS = 20_000;
const FEWEST_ROWS = 1_000;

/** Slices that a small table is cut into at most, so that several workers have some. */
const WANTED_SLICES = 8;

/** A range of ids, both ends included. */
export interface Slice {
  /** From 0. */
  readonly number: number;
  readonly firstId: string;
  readonly lastId: string;
}

/** The slices of a table, and how many rows they have together. */
export interface SlicePlan {
  readonly slices: readonly Slice[];
  readonly rowCount: number;
}

/**
 * Cuts the ids of a table into ranges with the same number of rows each, however the ids are distributed. Together they hold
 * every row once; a table without rows has no slices.
 *
 * @param rowsPerSlice default: 20,000; fewer for a small table.
 */
export function planSlices(source: SourceTable, rowsPerSlice?: number): Promise<SlicePlan> {
  const { sql: condition, bindings } = rowCondition(source);
  const rows = `FROM ??.?? AS source WHERE ${condition}`;
  const names = [source.schema, source.name];
  return source.pool.transaction(
    async (transaction) => {
      const counted = await transaction.raw<{ rows: { count: string; lastId: string | null }[] }>(
        `SELECT count(*) AS count, max(id)::text AS "lastId" ${rows}`,
        [...names, ...bindings],
      );
      const rowCount = Number(counted.rows[0]?.count ?? 0);
      const first = await transaction.raw<{ rows: { id: string }[] }>(
        `SELECT id::text AS id
         FROM (SELECT source.id, row_number() OVER (ORDER BY source.id) - 1 AS position ${rows}) AS numbered
         WHERE position % ? = 0 ORDER BY numbered.id`,
        [...names, ...bindings, rowsPerSlice ?? rowsPerSliceOf(rowCount)],
      );
      const firstIds = first.rows.map(({ id }) => id);
      return { slices: slicesFrom(firstIds, counted.rows[0]?.lastId ?? null), rowCount };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function rowsPerSliceOf(rowCount: number): number {
  return Math.min(Math.max(Math.ceil(rowCount / WANTED_SLICES), FEWEST_ROWS), MOST_ROWS);
}

/** Each slice ends before the next one begins. */
function slicesFrom(firstIds: readonly string[], lastId: string | null): readonly Slice[] {
  return firstIds.map((firstId, number) => {
    const next = firstIds[number + 1];
    const last = next === undefined ? lastId : String(BigInt(next) - 1n);
    return { number, firstId, lastId: last ?? firstId };
  });
}
