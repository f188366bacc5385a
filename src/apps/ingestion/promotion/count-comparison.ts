import type { Database } from '../../../platform/database/connection.ts';
import type { JsonValue } from '../../../queue/index.ts';
import type { Replacement } from './complete-candidate.ts';
import { quotedTable } from './table-definition.ts';

/** Values that are compared at most; those with the most rows come first. */
const MOST_VALUES = 200;

/** Rows with one value of a column, in the live table and in the copy. */
export type ValueCount = {
  /** `null` for rows without a value. */
  readonly value: string | null;
  readonly live: number;
  readonly copy: number;
};

/** How the live table and the copy differ, by the values of a column. */
export type CountComparison = { readonly column: string; readonly counts: readonly ValueCount[] };

/** Counts the rows of both tables by the values of a column; `undefined` if one of them lacks it. Reads both tables whole. */
export async function compareCounts(
  database: Database,
  { live, candidate }: Replacement,
  column: string,
): Promise<CountComparison | undefined> {
  const { rows: found } = await database.raw<{ rows: unknown[] }>(
    `SELECT FROM pg_attribute WHERE attname = ? AND NOT attisdropped AND attrelid IN (to_regclass(?), to_regclass(?))`,
    [column, quotedTable(live), quotedTable(candidate)],
  );
  if (found.length < 2) return undefined;
  const { rows } = await database.raw<{ rows: ValueCount[] }>(
    `SELECT value, sum(live)::float8 AS live, sum(copy)::float8 AS copy
     FROM (
       SELECT ??::text AS value, count(*) AS live, 0 AS copy FROM ${quotedTable(live)} GROUP BY 1
       UNION ALL
       SELECT ??::text, 0, count(*) FROM ${quotedTable(candidate)} GROUP BY 1
     ) AS counted
     GROUP BY value
     ORDER BY greatest(sum(live), sum(copy)) DESC, value
     LIMIT ${MOST_VALUES}`,
    [column, column],
  );
  return { column, counts: rows };
}

/** Reads the comparison that the step `verify_copy` has stored; `null` if there is none. */
export function readComparison(result: JsonValue | undefined): CountComparison | null {
  const { comparison }: { comparison?: CountComparison } = Object(result);
  return comparison ?? null;
}
