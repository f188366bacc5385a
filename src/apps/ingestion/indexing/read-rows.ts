import type { ModelRow } from '../models/model.ts';
import type { Slice } from './plan-slices.ts';
import { rowCondition, type SourceTable } from './source-table.ts';

/** What is held in memory at a time: so many rows, or so many bytes as they are stored, and one row at the least. */
const MOST_ROWS = 2_000;
const MOST_BYTES = 4_000_000;

/** Reads the rows of a slice in batches, by their ids. */
export async function* readRows(
  source: SourceTable,
  { firstId, lastId }: Pick<Slice, 'firstId' | 'lastId'>,
): AsyncGenerator<readonly ModelRow[]> {
  const statement = batchStatement(source);
  let nextId = BigInt(firstId);
  while (nextId <= BigInt(lastId)) {
    const { rows } = await source.pool.raw<{ rows: ModelRow[] }>(statement.sql, [
      ...statement.bindings,
      String(nextId),
      lastId,
      ...rowCondition(source).bindings,
      MOST_ROWS,
      MOST_BYTES,
    ]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    nextId = BigInt(last.id) + 1n;
  }
}

/** Sizes are those of the stored values, which Postgres knows without reading them. */
function batchStatement(source: SourceTable): { readonly sql: string; readonly bindings: readonly string[] } {
  const { columns, schema, name, matureRows } = source;
  const isMature = matureRows ? 'EXISTS (SELECT 1 FROM ??.?? AS mature WHERE mature.?? = sized.??)' : 'false';
  // The column that is compared may be none of the document's.
  const read = [...new Set([...columns, ...(matureRows ? [matureRows.column] : [])])];
  const size = read.map(() => 'coalesce(pg_column_size(source.??), 0)').join(' + ') || '0';
  return {
    sql: `SELECT sized.id::text AS id${', sized.??'.repeat(columns.length)}, ${isMature} AS is_listed_as_mature
      FROM (
        SELECT batch.*, sum(batch.bytes) OVER (ORDER BY batch.id) AS bytes_so_far
        FROM (
          SELECT source.id${', source.??'.repeat(read.length)}, ${size} AS bytes
          FROM ??.?? AS source
          WHERE source.id BETWEEN ?::bigint AND ?::bigint AND ${rowCondition(source).sql}
          ORDER BY source.id LIMIT ?
        ) AS batch
      ) AS sized
      WHERE sized.bytes_so_far - sized.bytes < ?
      ORDER BY sized.id`,
    bindings: [
      ...columns,
      ...(matureRows ? [matureRows.schema, matureRows.table, matureRows.column, matureRows.column] : []),
      ...read,
      ...read,
      schema,
      name,
    ],
  };
}
