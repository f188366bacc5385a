import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { LEASE_HOLDER, refusalOf } from '../../leases/leasing.ts';
import type { Delivery } from '../broker.ts';
import { SCHEMA } from './job-table.ts';

/** Who takes packages, and how many. */
export interface TurnOptions {
  readonly queueName: string;
  readonly engineId: string;
  /** The most packages. */
  readonly limit: number;
  /** By priority, the fairness key that had the last turn: the next one in the alphabet has the first turn now. */
  readonly lastKeys: ReadonlyMap<number, string>;
  /** The most tasks with one fairness key that engines hold at a time; no limit where absent. */
  readonly mostOfKey?: number | undefined;
}

/** The packages that were taken, in the order of their turns. */
export interface TakenTurns {
  readonly deliveries: readonly Delivery[];
  /** By priority, the fairness key that had the last turn; priorities of which nothing was taken are left out. */
  readonly lastKeys: ReadonlyMap<number, string>;
  /** Whether a key may have more that could be taken now. */
  readonly hasMore: boolean;
}

/** A package that was taken, as the statements return it. */
export interface TakenRow extends Delivery {
  readonly place: number;
  readonly priority: number;
  readonly key: string;
  readonly hasMore: boolean;
}

/**
 * Takes packages whose turn it is, and stores their leases. Higher priorities come first; among the packages of one
 * priority, each fairness key has its turn, and of one key those come first that were due first.
 *
 * The keys are found one after the other in an index that holds nothing but what can be taken: taking costs the same
 * however many packages wait, of one key or of many, and however many wait for something else than their turn.
 *
 * @throws {LeaseRefusedError}
 */
export async function takeTurns(database: DatabaseOrTransaction, options: TurnOptions): Promise<TakenTurns> {
  const { queueName, engineId, limit, lastKeys, mostOfKey = null } = options;
  const { rows } = await prepared<TakenRow>(database, TAKE, [
    queueName,
    limit,
    JSON.stringify(Object.fromEntries(lastKeys)),
    mostOfKey,
    engineId,
    queueName,
    mostOfKey,
  ]).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const taken = inOrder(rows);
  return {
    deliveries: deliveriesOf(taken),
    lastKeys: new Map(taken.map(({ priority, key }) => [priority, key])),
    hasMore: taken.some(({ hasMore }) => hasMore),
  };
}

/** Returns what is handed out of packages that were taken, in the order of their turns. */
export function deliveriesOf(taken: readonly TakenRow[]): Delivery[] {
  return inOrder(taken).map(({ id, attempt, carried, waitedSeconds }) => ({
    id,
    attempt,
    carried,
    waitedSeconds,
  }));
}

/** A DELETE returns its rows in no order. */
function inOrder(taken: readonly TakenRow[]): TakenRow[] {
  return taken.toSorted((left, right) => left.place - right.place);
}

/**
 * SQL: moves packages to their leases, in steps named `taken` and `leased`. From a relation of packages that are locked, with
 * their `job_table`, `job_row`, `place` and `has_more`; beside one named `bound` that has the `queue`, and the `holder`.
 */
export function takenAndLeased(packages: string): string {
  return `taken AS (
    -- By their places: where the table is empty when this is planned, every index would seem as good as that of ids.
    DELETE FROM ${SCHEMA}.job USING ${packages} AS chosen
    WHERE job.ctid = chosen.job_row AND job.tableoid = chosen.job_table
    RETURNING job.id, retry_count + 1 AS attempt, data, job.priority, created_on, start_after, fairness_key, limit_key,
      limit_count, place, has_more
  ), leased AS (
    -- Without a holder this is no engine at all, which the column refuses.
    INSERT INTO queue.leases (task_id, engine_id, attempt, queue, carried, priority, enqueued, due, fairness_key,
      limit_key, limit_count)
    SELECT id, (SELECT id FROM holder), attempt, bound.queue, coalesce(data, '{}'), priority, created_on, start_after,
      fairness_key, limit_key, limit_count
    FROM taken CROSS JOIN bound
  )`;
}

/** SQL: the columns of a {@link TakenRow}, from `taken`. */
export const TAKEN_COLUMNS = `id, attempt, data AS carried, place::integer, priority, fairness_key AS key,
    has_more AS "hasMore", extract(epoch FROM clock_timestamp() - start_after)::double precision AS "waitedSeconds"`;

const READY = `${SCHEMA}.job WHERE name = bound.queue AND waits_for = 'turn'`;

/**
 * SQL: the first fairness key that meets a condition, of a rank that is named by a row with `rank` and `after`. A rank is
 * a priority the other way round: 0 before 1. `after` is the key that had the last turn in it.
 */
function firstKey(of: string, condition: string): string {
  return `(SELECT -priority AS rank, ${of}.after, fairness_key AS key FROM ${READY} AND -priority = ${of}.rank
    AND ${condition} ORDER BY -priority, fairness_key LIMIT 1)`;
}

/** SQL: the first rank that meets a condition. */
function firstRank(condition: string): string {
  return `(SELECT -priority AS rank, coalesce(bound.last_keys ->> priority::text, '') AS after FROM ${READY} AND ${condition}
    ORDER BY -priority LIMIT 1)`;
}

/** SQL: of what is found by the queries, which are run one after the other, the first row. */
function firstOf(...queries: readonly string[]): string {
  return `(SELECT * FROM (${queries.join(' UNION ALL ')}) AS found LIMIT 1)`;
}

/** SQL: the key that has the first turn in a rank. */
function keyAfterLast(of: string): string {
  return firstOf(firstKey(of, `fairness_key > ${of}.after`), firstKey(of, 'true'));
}

const TAKE = `WITH RECURSIVE bound AS MATERIALIZED (
    SELECT ?::text AS queue, ?::integer AS most, ?::jsonb AS last_keys, ?::integer AS most_of_key
  ), holder AS MATERIALIZED (${LEASE_HOLDER}
  ), busy AS MATERIALIZED (
    SELECT coalesce(array_agg(fairness_key), '{}') AS keys
    FROM (
      SELECT fairness_key FROM bound JOIN queue.leases USING (queue) WHERE ?::integer IS NOT NULL AND fairness_key <> ''
      GROUP BY fairness_key, most_of_key HAVING count(*) >= most_of_key
    ) AS full_keys
  ), ring (rank, after, key, lane) AS (
    -- The keys of the first rank in the order of their turns, then those of the next. A busy key is passed over.
    SELECT first.rank, first.after, first.key, (first.key <> ALL (busy.keys))::integer
    FROM bound CROSS JOIN busy
    CROSS JOIN LATERAL ${firstRank('true')} AS top CROSS JOIN LATERAL ${keyAfterLast('top')} AS first
    UNION ALL
    SELECT next.rank, next.after, next.key, ring.lane + (next.key <> ALL (busy.keys))::integer
    FROM ring CROSS JOIN bound CROSS JOIN busy CROSS JOIN LATERAL ${firstOf(
      firstKey('ring', 'ring.key > ring.after AND fairness_key > ring.key'),
      firstKey('ring', 'ring.key > ring.after AND fairness_key <= ring.after'),
      firstKey('ring', 'ring.key <= ring.after AND fairness_key > ring.key AND fairness_key <= ring.after'),
      `(SELECT first.* FROM ${firstRank('-priority > ring.rank')} AS lower
        CROSS JOIN LATERAL ${keyAfterLast('lower')} AS first)`,
    )} AS next
    WHERE ring.lane < bound.most
  ), lanes AS MATERIALIZED (
    SELECT rank, key, lane, ceil(most::double precision / count(*) OVER (PARTITION BY rank))::integer AS share,
      CASE WHEN most_of_key IS NULL OR key = '' THEN most
        ELSE most_of_key - (
          SELECT count(*)::integer FROM queue.leases WHERE leases.queue = bound.queue AND fairness_key = key
        ) END AS room
    FROM ring CROSS JOIN bound CROSS JOIN busy WHERE key <> ALL (busy.keys)
  ), picked AS MATERIALIZED (
    SELECT lanes.*, job.id, job.tableoid AS job_table, job.ctid AS job_row, row_number() OVER (PARTITION BY lane ORDER BY job.start_after, job.id) AS round
    FROM bound CROSS JOIN lanes CROSS JOIN LATERAL (
      SELECT tableoid, ctid, id, start_after FROM ${READY} AND -priority = lanes.rank AND fairness_key = lanes.key
        -- No anti-join: Postgres would plan that while there are few leases, and read all of them for each package later.
        AND (SELECT task_id FROM queue.leases WHERE task_id = job.id) IS NULL
      ORDER BY -priority, fairness_key, start_after, id LIMIT least(lanes.share, lanes.room)
      FOR UPDATE SKIP LOCKED
    ) AS job
  ), counted AS (
    -- A key may have lanes in several ranks, which have its room together.
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY rank, round) > room AS is_over FROM picked
  ), chosen AS MATERIALIZED (
    -- A key that had its whole share may have more, which goes before what is of a lower rank.
    SELECT job_table, job_row, place, cut IS NOT NULL OR has_over AS has_more
    FROM (
      SELECT *, row_number() OVER (PARTITION BY is_over ORDER BY rank, round, lane) AS place,
        min(rank) FILTER (WHERE round = share AND NOT is_over) OVER () AS cut, bool_or(is_over) OVER () AS has_over
      FROM counted
    ) AS placed CROSS JOIN bound
    WHERE NOT is_over AND place <= most AND rank <= coalesce(cut, rank)
  ), ${takenAndLeased('chosen')}
  SELECT ${TAKEN_COLUMNS} FROM taken`;
