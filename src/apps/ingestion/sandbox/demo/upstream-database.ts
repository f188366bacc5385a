import type { Database } from '../../../../platform/database/connection.ts';
import { insertSampleAudio, insertSampleImages } from '../databases/sample-rows.ts';

/** Rows that one statement makes. */
const ROWS_OF_A_STATEMENT = 5_000;

/** Rows with an id that this divides change between the two refreshes. */
const CHANGED_DIVISOR = 10;

/** Makes the table of images as it is at the beginning, with this many rows. */
export async function fillUpstream(
  upstream: Database,
  rowCount: number,
  onProgress: (rowsDone: number) => void,
): Promise<void> {
  await upstream.raw('TRUNCATE image');
  for (let first = 1; first <= rowCount; first += ROWS_OF_A_STATEMENT) {
    const last = Math.min(first + ROWS_OF_A_STATEMENT - 1, rowCount);
    await insertSampleImages(upstream, { first, last });
    onProgress(last);
  }
  await insertSampleAudio(upstream, { first: 1, last: 500 });
  await upstream.raw('ANALYZE image');
}

/** Changes each tenth title; returns how many were changed. */
export async function changeUpstream(upstream: Database): Promise<number> {
  return upstream('image')
    .whereRaw('id % ? = 0', [CHANGED_DIVISOR])
    .update({ title: upstream.raw(`title || ' (second version)'`), updated_on: upstream.fn.now() });
}

/**
 * Waits until a quarter of the table has been copied; then ends all connections to the upstream database, and lets no others in.
 *
 * @param beside another database of the same Postgres.
 * @returns how many rows were copied by then.
 * @throws the reason of the signal.
 */
export async function cutOffUpstream(
  beside: Database,
  databaseName: string,
  rowCount: number,
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    const copiedRows = await cutOffWithinASecond(beside, databaseName, Math.floor(rowCount / 4));
    if (copiedRows > 0) return copiedRows;
  }
}

/** Postgres itself looks each millisecond, as a copy is too fast to be caught from here. Returns 0 where it was not cut off. */
async function cutOffWithinASecond(
  beside: Database,
  databaseName: string,
  leastRows: number,
): Promise<number> {
  return beside.transaction(async (transaction) => {
    await transaction.raw(
      `DO $$
       DECLARE
         copied bigint := 0;
         deadline timestamptz := clock_timestamp() + interval '1 second';
       BEGIN
         PERFORM set_config('demo.copied', '0', true);
         WHILE copied < ${leastRows} LOOP
           IF clock_timestamp() > deadline THEN RETURN; END IF;
           PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
           SELECT coalesce(sum(tuples_processed), 0) INTO copied
           FROM pg_stat_progress_copy WHERE datname = ${literal(databaseName)};
         END LOOP;
         ALTER DATABASE ${quoted(databaseName)} ALLOW_CONNECTIONS false;
         PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${literal(databaseName)};
         PERFORM set_config('demo.copied', copied::text, true);
       END $$`,
    );
    const { rows } = await transaction.raw<{ rows: { copied: string }[] }>(
      `SELECT current_setting('demo.copied') AS copied`,
    );
    return Number(rows[0]?.copied);
  });
}

/** Lets connections to the upstream database in again. */
export async function reconnectUpstream(beside: Database, databaseName: string): Promise<void> {
  await beside.raw(`ALTER DATABASE ${quoted(databaseName)} ALLOW_CONNECTIONS true`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
