import { quotedTable, type TableName } from '../promotion/table-definition.ts';
import { RefreshRefusedError } from '../refreshes/step.ts';
import type { TablePlan } from './copy-plan.ts';
import { expressionList } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';

/** Rows that one `COPY … TO` takes. Progress is counted by them. */
const ROWS_PER_RANGE = 20_000;

/** Rows with ids from `first` on, and before `before`; up to `last` where that is given. */
export interface IdRange {
  readonly first: string;
  readonly before?: string | undefined;
  readonly last?: string | undefined;
}

/** Which rows upstream are copied. */
export interface SourceRows {
  readonly rowCount: number;
  /** Every row is in one of them; a single `undefined` for all at once, where upstream has no ids. */
  readonly ranges: readonly (IdRange | undefined)[];
  /** Rows of each range; the last one may have fewer. */
  readonly rowsPerRange: number;
}

/**
 * Counts the rows that are copied, those with the lowest ids where there is a limit, and splits them into ranges of as many rows
 * each, however their ids are distributed.
 *
 * @throws {RefreshRefusedError} if a row has no id.
 */
export async function findSourceRows(
  session: CopySession,
  { source, hasUpstreamIds }: Pick<TablePlan, 'source' | 'hasUpstreamIds'>,
  rowLimit: number | undefined,
  rowsPerRange = ROWS_PER_RANGE,
): Promise<SourceRows> {
  const doing = `counting the rows of ${source.table}`;
  const limited = rowLimit === undefined ? '' : ` ORDER BY id LIMIT ${rowLimit}`;
  if (!hasUpstreamIds) return countSourceRows(session, source, rowLimit, doing);
  const { rows } = await session.query<{ id: string | null; place: string; isLast: boolean }>(
    doing,
    `SELECT id::text AS id, place::text AS place, "isLast" FROM (
       SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, lead(id) OVER (ORDER BY id) IS NULL AS "isLast"
       FROM (SELECT id FROM ${quotedTable(source)}${limited}) s
     ) p WHERE place % ${rowsPerRange} = 0 OR "isLast" ORDER BY p.place`,
  );
  if (rows.some(({ id }) => id === null)) {
    throw new RefreshRefusedError(`The table ${source.table} upstream has rows without an id`);
  }
  const last = rows.at(-1);
  const starts = rows
    .filter(({ place }) => Number(place) % rowsPerRange === 0)
    .flatMap(({ id }) => (id === null ? [] : [id]));
  return {
    rowCount: last ? Number(last.place) + 1 : 0,
    rowsPerRange,
    ranges: starts.map((first, number) => ({
      first,
      before: starts[number + 1],
      last: number === starts.length - 1 ? (last?.id ?? undefined) : undefined,
    })),
  };
}

async function countSourceRows(
  session: CopySession,
  source: TableName,
  rowLimit: number | undefined,
  doing: string,
): Promise<SourceRows> {
  const { rows } = await session.query<{ count: string }>(
    doing,
    `SELECT count(*)::text AS count FROM ${quotedTable(source)}`,
  );
  const count = Number(rows[0]?.count);
  const rowCount = Math.min(count, rowLimit ?? count);
  return { rowCount, rowsPerRange: rowCount, ranges: count === 0 ? [] : [undefined] };
}

/** Returns the query for the rows of a range. */
export function selectRange(
  plan: TablePlan,
  range: IdRange | undefined,
  rowLimit: number | undefined,
): string {
  const select = `SELECT ${expressionList(plan)} FROM ${quotedTable(plan.source)} AS source`;
  if (!range) {
    // The same rows each time, although nothing numbers them.
    return rowLimit === undefined ? select : `${select} ORDER BY source::text LIMIT ${rowLimit}`;
  }
  const conditions = [
    `id >= '${range.first}'`,
    ...(range.before === undefined ? [] : [`id < '${range.before}'`]),
    ...(range.last === undefined ? [] : [`id <= '${range.last}'`]),
  ];
  return `${select} WHERE ${conditions.join(' AND ')}`;
}
