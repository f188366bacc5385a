import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { LEASE_HOLDER, refusalOf } from '../../leases/leasing.ts';
import type { Delivery } from '../broker.ts';
import { SCHEMA } from './job-table.ts';
import { ALL_KEYS_LOCK } from './slots.ts';
import { deliveriesOf, TAKEN_COLUMNS, type TakenRow, takenAndLeased } from './turns.ts';

/** How many packages waiting for a slot are looked at, to take some: a few may be at their limits. */
function looksFor(limit: number): number {
  return limit + Math.ceil(limit / 4) + 20;
}

/** Who takes packages, and how many. */
export interface DirectTurnOptions {
  readonly queueName: string;
  readonly engineId: string;
  /** The most packages. */
  readonly limit: number;
}

/**
 * What may be left behind what was taken: nothing that could be taken now; more, which is found in the same way; something that
 * needs a slot first; or so much that cannot be taken that it is better to give slots first for a while.
 */
export type Left = 'nothing' | 'more' | 'something' | 'much in the way';

/** What was taken directly, and what may be left. */
export interface DirectTurns {
  readonly deliveries: readonly Delivery[];
  /** The priorities of which packages were taken. */
  readonly priorities: readonly number[];
  readonly left: Left;
  /** Limit keys in which a package has a slot and no turn yet, before one of a higher priority. */
  readonly overtakenKeys: readonly string[];
}

interface DirectRow extends Partial<TakenRow> {
  readonly isPlain: boolean;
  readonly isCut: boolean;
  readonly chosen: number;
  readonly overtakenKeys: readonly string[];
}

/**
 * Takes packages that wait for their turn, and packages that wait for a slot and would get one, as if these had had their
 * slots and turns: what is taken is the same, in the same order, and is written once.
 *
 * This is done by one engine at a time, and not while another one gives slots to packages, as each has to see what the others
 * hold. It waits for them. None of them waits for the disk: what was taken is handed out once it is on it, after the lock is free.
 *
 * @throws {LeaseRefusedError}
 */
export async function takeDirectly(database: Database, options: DirectTurnOptions): Promise<DirectTurns> {
  const taken = await database.transaction(async (transaction) => {
    await prepared(transaction, LOCK_ALL_KEYS, [options.queueName]);
    // A statement of its own, which sees what was stored before the lock was given.
    return takeInOrder(transaction, options);
  });
  if (taken.deliveries.length > 0) await prepared(database, WAIT_FOR_DISK, []);
  return taken;
}

async function takeInOrder(
  transaction: Knex.Transaction,
  { queueName, engineId, limit }: DirectTurnOptions,
): Promise<DirectTurns> {
  const { rows } = await prepared<DirectRow>(transaction, TAKE_IN_ORDER, [
    queueName,
    limit,
    looksFor(limit),
    engineId,
    queueName,
  ]).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const taken = rows.filter(isTaken);
  const [found] = rows;
  return {
    deliveries: deliveriesOf(taken),
    priorities: [...new Set(taken.map(({ priority }) => priority))],
    left: found ? leftBehind(taken, found, limit) : 'something',
    overtakenKeys: found?.overtakenKeys ?? [],
  };
}

function leftBehind(
  taken: readonly TakenRow[],
  { isPlain, isCut, chosen, overtakenKeys }: DirectRow,
  limit: number,
): Left {
  if (!isPlain || (isCut && chosen < limit / 2)) return 'much in the way';
  // Fewer than were chosen, if others take or delete some of them at this moment.
  if (taken.length < chosen || overtakenKeys.length > 0) return 'something';
  return isCut || taken.some(({ hasMore }) => hasMore) ? 'more' : 'nothing';
}

function isTaken(row: DirectRow): row is DirectRow & TakenRow {
  return row.id !== null;
}

const LOCK_ALL_KEYS = `SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(${ALL_KEYS_LOCK})`;

/** SQL: waits until all that was committed before is on the disk. A commit waits if it has written something, so this writes an empty message. */
const WAIT_FOR_DISK = "SELECT pg_logical_emit_message(true, 'leases', '')";

/** SQL: the order of turns where there are no fairness keys. */
const IN_ORDER = '-priority, start_after, id';

/**
 * Looks at the first packages that wait for their turn, and at the first that wait for a slot, and merges them. Only what is
 * taken is locked. What is locked by others is left out, and not replaced: it is no place for what comes behind.
 */
const TAKE_IN_ORDER = `WITH bound AS MATERIALIZED (
    SELECT ?::text AS queue, ?::integer AS most, ?::integer AS looks
  ), holder AS MATERIALIZED (${LEASE_HOLDER}
  ), plain AS MATERIALIZED (
    SELECT * FROM bound WHERE NOT EXISTS (SELECT FROM ${SCHEMA}.job WHERE name = queue AND fairness_key <> '')
  ), ready AS MATERIALIZED (
    SELECT job.* FROM plain CROSS JOIN LATERAL (
      SELECT id, tableoid AS job_table, ctid AS job_row, priority, start_after FROM ${SCHEMA}.job
      WHERE name = queue AND waits_for = 'turn' AND fairness_key = ''
      ORDER BY ${IN_ORDER} LIMIT most
    ) AS job
  ), waiting AS MATERIALIZED (
    SELECT job.*, row_number() OVER (PARTITION BY limit_key ORDER BY ${IN_ORDER}) AS place_of_key
    FROM plain CROSS JOIN LATERAL (
      SELECT id, tableoid AS job_table, ctid AS job_row, priority, start_after, limit_key, limit_count FROM ${SCHEMA}.job
      WHERE name = queue AND waits_for = 'slot' AND fairness_key = ''
      ORDER BY ${IN_ORDER} LIMIT looks
    ) AS job
  ), limited_turns AS MATERIALIZED (
    SELECT EXISTS (
        SELECT FROM ${SCHEMA}.job WHERE name = queue AND waits_for = 'turn' AND limit_key IS NOT NULL
      ) AS are_there
    FROM bound
  ), counted AS MATERIALIZED (
    -- Once for each key.
    SELECT waiting.*, held.count + turns.count AS used, turns.lowest FROM waiting CROSS JOIN bound
    CROSS JOIN LATERAL (
      SELECT count(*) FROM queue.leases
      WHERE place_of_key = 1 AND leases.queue = bound.queue AND leases.limit_key = waiting.limit_key
    ) AS held
    CROSS JOIN LATERAL (
      SELECT count(*), min(job.priority) AS lowest FROM ${SCHEMA}.job
      WHERE place_of_key = 1 AND (SELECT are_there FROM limited_turns)
        AND name = bound.queue AND waits_for = 'turn' AND job.limit_key = waiting.limit_key
    ) AS turns
  ), placed AS MATERIALIZED (
    SELECT *, place_of_key + first_value(used) OVER of_key <= limit_count AS fits,
      coalesce(first_value(lowest) OVER of_key < priority, false) AS overtakes
    FROM counted WINDOW of_key AS (PARTITION BY limit_key ORDER BY ${IN_ORDER})
  ), merged AS MATERIALIZED (
    SELECT *, count(*) FILTER (WHERE fits) OVER so_far AS place, count(*) FILTER (WHERE waits_for = 'slot') OVER so_far AS seen,
      bool_or(overtakes AND NOT fits) OVER so_far AS is_behind_overtaken
    FROM (
      SELECT id, job_table, job_row, priority, start_after, 'turn' AS waits_for, true AS fits, false AS overtakes FROM ready
      UNION ALL
      SELECT id, job_table, job_row, priority, start_after, 'slot', fits, overtakes FROM placed
    ) AS both_kinds
    WINDOW so_far AS (ORDER BY ${IN_ORDER} ROWS UNBOUNDED PRECEDING)
  ), fitting AS MATERIALIZED (
    -- Behind the last that was looked at there may be others that go before these.
    SELECT merged.* FROM merged CROSS JOIN bound
    WHERE fits AND NOT is_behind_overtaken AND (seen < looks OR waits_for = 'slot')
  ), chosen AS MATERIALIZED (
    SELECT fitting.*, (SELECT count(*) FROM fitting) > most AS has_more FROM fitting CROSS JOIN bound WHERE place <= most
  ), locked AS MATERIALIZED (
    SELECT job.tableoid AS job_table, job.ctid AS job_row, place, has_more
    FROM chosen JOIN ${SCHEMA}.job ON job.ctid = chosen.job_row AND job.tableoid = chosen.job_table
      AND job.id = chosen.id AND job.waits_for = chosen.waits_for
    WHERE (SELECT task_id FROM queue.leases WHERE task_id = job.id) IS NULL
    FOR UPDATE OF job SKIP LOCKED
  ), ${takenAndLeased('locked')}
  SELECT ${TAKEN_COLUMNS}, EXISTS (SELECT FROM plain) AS "isPlain", (SELECT count(*) FROM waiting) >= looks AS "isCut",
    (SELECT count(*) FROM chosen)::integer AS chosen,
    ARRAY(SELECT DISTINCT limit_key FROM placed WHERE overtakes AND NOT fits) AS "overtakenKeys"
  FROM bound LEFT JOIN taken ON true`;
