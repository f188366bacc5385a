import type { Database } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { SCHEMA } from './job-table.ts';

/** Packages that are brought forward at once: taking waits for that. */
const MOST_AT_ONCE = 250;

/** What became due. */
export interface DuePackages {
  /** How many packages now wait for their turn. */
  readonly turns: number;
  /** The limit keys of packages that now wait for a slot. */
  readonly limitKeys: readonly string[];
  /** How long until the next package is due; `null` if none waits for its time. */
  readonly nextSeconds: number | null;
}

/** Lets packages wait for their turn, or for a slot within their limit, whose time has come. */
export async function bringDuePackages(database: Database, queueName: string): Promise<DuePackages> {
  const { rows } = await prepared<DuePackages & { readonly moved: number }>(database, BRING_DUE, [queueName]);
  const [
    { moved, turns, limitKeys, nextSeconds } = { moved: 0, turns: 0, limitKeys: [], nextSeconds: null },
  ] = rows;
  return { turns, limitKeys, nextSeconds: moved === MOST_AT_ONCE ? 0 : nextSeconds };
}

const BRING_DUE = `WITH bound AS MATERIALIZED (SELECT ?::text AS queue, clock_timestamp() AS time
  ), due AS MATERIALIZED (
    SELECT job.tableoid AS job_table, job.ctid AS job_row FROM bound JOIN ${SCHEMA}.job ON job.name = bound.queue
    WHERE waits_for = 'time' AND start_after <= bound.time
    ORDER BY start_after LIMIT ${MOST_AT_ONCE} FOR UPDATE OF job SKIP LOCKED
  ), moved AS (
    UPDATE ${SCHEMA}.job SET waits_for = CASE WHEN limit_key IS NULL THEN 'turn' ELSE 'slot' END
    FROM due WHERE job.ctid = due.job_row AND job.tableoid = due.job_table
    RETURNING limit_key
  )
  SELECT (SELECT count(*) FROM moved)::integer AS moved,
    (SELECT count(*) FROM moved WHERE limit_key IS NULL)::integer AS turns,
    (SELECT coalesce(array_agg(DISTINCT limit_key) FILTER (WHERE limit_key IS NOT NULL), '{}') FROM moved) AS "limitKeys",
    (SELECT extract(epoch FROM start_after - bound.time)::double precision FROM ${SCHEMA}.job
     WHERE name = bound.queue AND waits_for = 'time' AND start_after > bound.time
     ORDER BY start_after LIMIT 1) AS "nextSeconds"
  FROM bound`;
