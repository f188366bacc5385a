import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import type { FailedRow, SliceRow } from './shapes.ts';

/** Rows of one page. */
const PAGE_ROWS = 25;

/** What fits Postgres's `bigint` for certain. */
const WHOLE_NUMBER = /^-?\d{1,18}$/;

/**
 * Reads one page of the slices of a refresh, in their order.
 *
 * @param isUnfinished whether slices that are done are left out.
 * @param after the number of the last slice of the page before.
 */
export async function listSlices(
  database: Database,
  refreshId: string,
  { isUnfinished, after }: { readonly isUnfinished: boolean; readonly after: string | undefined },
): Promise<RowPage<SliceRow>> {
  const query = database('ingestion.slices').where('refresh_id', refreshId);
  if (isUnfinished) query.whereNot('state', 'done');
  if (WHOLE_NUMBER.test(after ?? '')) query.whereRaw('number > ?::bigint', [after ?? '']);
  const found = await query
    .orderBy('number')
    .limit(PAGE_ROWS + 1)
    .select<SliceRow[]>(
      database.raw('number::text AS id'),
      database.raw('first_id::text AS "firstId"'),
      database.raw('last_id::text AS "lastId"'),
      'state',
      database.raw('row_count::float8 AS "rowCount"'),
      database.raw('document_count::float8 AS "documentCount"'),
      database.raw('removed_count::float8 AS "removedCount"'),
      database.raw('failed_count::float8 AS "failedCount"'),
      'task_id AS taskId',
      isoTimestamp(database, 'slices.began', 'began'),
      isoTimestamp(database, 'slices.ended', 'ended'),
    );
  return pageOf(found);
}

/**
 * Reads one page of the rows of a refresh that have no document, as it was refused, by their ids.
 *
 * @param after the id of the last row of the page before.
 */
export async function listFailedRows(
  database: Database,
  refreshId: string,
  after: string | undefined,
): Promise<RowPage<FailedRow>> {
  const query = database('ingestion.document_errors').where('refresh_id', refreshId);
  if (WHOLE_NUMBER.test(after ?? '')) query.whereRaw('row_id > ?::bigint', [after ?? '']);
  const found = await query
    .orderBy('row_id')
    .limit(PAGE_ROWS + 1)
    .select<FailedRow[]>(database.raw('row_id::text AS id'), 'slice_number AS sliceNumber', 'reason');
  return pageOf(found);
}

function pageOf<Row extends { readonly id: string }>(found: readonly Row[]): RowPage<Row> {
  const rows = found.slice(0, PAGE_ROWS);
  const next = found.length > PAGE_ROWS ? (rows.at(-1)?.id ?? null) : null;
  return { rows, next, isPartial: false, count: null };
}
