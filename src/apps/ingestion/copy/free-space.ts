import { statfs } from 'node:fs/promises';
import type { Database } from '../../../platform/database/connection.ts';
import { quotedTable } from '../promotion/table-definition.ts';
import { RefreshRefusedError } from '../refreshes/step.ts';
import type { TablePlan } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';

/** A table, its indexes, and the write-ahead log of both, in sizes of the table upstream. */
const SPACE_FACTOR = 2.5;

/** Rows from which the size of a view is guessed. */
const SAMPLED_ROWS = 1_000;

/** Estimates the bytes that a table upstream has for some of its rows. */
export async function sourceBytes(
  session: CopySession,
  { source }: TablePlan,
  rowCount: number,
): Promise<number> {
  const { rows } = await session.query<{ bytes: number; allRows: number }>(
    `measuring ${source.table}`,
    `SELECT pg_total_relation_size(c.oid)::float8 AS bytes, c.reltuples::float8 AS "allRows"
     FROM pg_class c WHERE c.oid = to_regclass($1)`,
    [quotedTable(source)],
  );
  const { bytes = 0, allRows = 0 } = rows[0] ?? {};
  if (bytes > 0 && allRows > 0) return bytes * Math.min(1, rowCount / allRows);
  // A view has no size, nor has a table with partitions; one that was never analyzed does not know its rows.
  const { rows: sample } = await session.query<{ bytes: number | null }>(
    `measuring ${source.table}`,
    `SELECT avg(pg_column_size(s.*))::float8 AS bytes
     FROM (SELECT * FROM ${quotedTable(source)} LIMIT ${SAMPLED_ROWS}) s`,
  );
  return (sample[0]?.bytes ?? 0) * rowCount;
}

/**
 * Checks that there is room for a copy, as far as that can be known: within the limit that is set, and on the disk of the
 * database where that is on this machine.
 *
 * @param bytes what upstream has for the rows.
 * @throws {RefreshRefusedError}
 */
export async function checkSpace(
  api: Database,
  bytes: number,
  maximumBytes: number | undefined,
): Promise<void> {
  const neededBytes = Math.round(bytes * SPACE_FACTOR);
  if (maximumBytes !== undefined && neededBytes > maximumBytes) {
    throw new RefreshRefusedError(
      `The copy would take about ${gigabytes(neededBytes)}, more than INGESTION_MAX_BYTES allows (${gigabytes(maximumBytes)})`,
    );
  }
  const freeBytes = await freeBytesOf(api);
  if (freeBytes !== undefined && neededBytes > freeBytes) {
    throw new RefreshRefusedError(
      `The copy would take about ${gigabytes(neededBytes)}, and the disk of the live tables has ${gigabytes(freeBytes)} left`,
    );
  }
}

/**
 * The free bytes where new tables are: in the default tablespace, or that of the database. `undefined` if it cannot be known:
 * the database is elsewhere, or does not say where its files are.
 */
async function freeBytesOf(api: Database): Promise<number | undefined> {
  const { rows } = await api.raw<{ rows: { directory: string | null }[] }>(
    `SELECT coalesce(
         nullif(pg_tablespace_location((SELECT oid FROM pg_tablespace WHERE spcname = current_setting('default_tablespace'))), ''),
         nullif(pg_tablespace_location((SELECT dattablespace FROM pg_database WHERE datname = current_database())), ''),
         (SELECT setting FROM pg_settings WHERE name = 'data_directory')
       ) AS directory
     WHERE coalesce(inet_server_addr() = inet_client_addr(), true)`,
  );
  const [found] = rows;
  if (!found?.directory) return undefined;
  try {
    const { bavail, bsize } = await statfs(found.directory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
