import type { Knex } from 'knex';
import { type ArrayElement, arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import type { EndedLease } from '../../leases/lease.ts';
import { packedColumns, withNames } from '../../tasks/packed-columns.ts';
import { LONGEST_LABEL_CHARACTERS } from '../../tasks/task-options.ts';
import type {
  CarriedPackage,
  OutgoingPackage,
  PurgedPackages,
  QueuedTask,
  QueuedTaskPage,
  Settlement,
} from '../broker.ts';
import { isUuidText } from '../carrier-sql.ts';

/** The Postgres schema of pg-boss's tables. */
export const SCHEMA = 'pgboss';

/**
 * The channel of Postgres on which packages are announced that came into a queue: what they wait for, its name, and behind a
 * line break the limit key of those that wait for a slot, if they have few.
 */
export const PACKAGES_CHANNEL = 'queue_packages';

/** What a package in the table waits for; see the migration. */
export type WaitsFor = 'turn' | 'time' | 'slot';

/** What was announced of packages. */
export interface Announcement {
  readonly waitsFor: WaitsFor;
  /** The limit key that may have a free slot; where it is absent for a `slot`, any may. */
  readonly limitKey?: string;
}

/** Limit keys of packages that come together, up to which each is announced. */
const MOST_KEYS_ANNOUNCED = 16;

/** Reads what was announced of a queue; `undefined` where it is another queue's. */
export function announcedOf(queueName: string, payload: string): Announcement | undefined {
  const [subject = '', ...key] = payload.split('\n');
  const waitsFor = (['turn', 'time', 'slot'] as const).find((each) => subject === `${each} ${queueName}`);
  return waitsFor && { waitsFor, ...(key.length === 0 ? {} : { limitKey: key.join('\n') }) };
}

/** SQL: announces packages that came; a relation with their `name`, `waits_for` and `limit_key`. */
function announce(packages: string): string {
  return `SELECT pg_notify('${PACKAGES_CHANNEL}', waits_for || ' ' || name || coalesce(chr(10) || key, ''))
    FROM (
      SELECT DISTINCT name, waits_for, CASE
          WHEN waits_for = 'slot' AND (SELECT count(DISTINCT limit_key) FROM ${packages}) <= ${MOST_KEYS_ANNOUNCED}
          THEN left(limit_key, ${LONGEST_LABEL_CHARACTERS})
        END AS key
      FROM ${packages}
    ) AS came`;
}

/** A lease that has ended, and the limit in which its task had a slot. */
export interface SettledLease extends EndedLease {
  readonly limitKey: string | null;
}

/** The packages of one queue: those that wait are in pg-boss's table of jobs, those that engines hold in their leases. */
export class JobTable {
  readonly #database: Database;
  readonly #queueName: string;

  constructor(database: Database, queueName: string) {
    this.#database = database;
    this.#queueName = queueName;
  }

  /**
   * Puts packages in, and announces that. One whose id waits in the queue, or is held, is passed over.
   *
   * @returns whether the queue is there; otherwise nothing was put in.
   */
  async insert(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<boolean> {
    const { rows } = await prepared<{ isThere: boolean }>(transaction ?? this.#database, INSERT, [
      this.#queueName,
      ...INSERTED_COLUMNS.map((column) => arrayLiteral(packages.map(column))),
    ]);
    return rows[0]?.isThere ?? false;
  }

  /** Tells every engine that packages wait for their turn. */
  async announceTurns(): Promise<void> {
    await this.#database.raw('SELECT pg_notify(?, ?)', [PACKAGES_CHANNEL, `turn ${this.#queueName}`]);
  }

  /** Tells every engine that packages may get slots: those of some keys, or of any. */
  async announceSlots(limitKeys?: readonly string[]): Promise<void> {
    const keys = limitKeys !== undefined && limitKeys.length <= MOST_KEYS_ANNOUNCED ? limitKeys : [null];
    if (keys.length === 0) return;
    await this.#database.raw(
      `SELECT pg_notify('${PACKAGES_CHANNEL}', 'slot ' || :queueName || coalesce(chr(10) || left(key, ${LONGEST_LABEL_CHARACTERS}), ''))
       FROM unnest(:keys::text[]) AS key`,
      { queueName: this.#queueName, keys: [...keys] },
    );
  }

  /** Ends presentations; see `Broker.settle`. */
  async settle(
    settlements: readonly Settlement[],
    transaction: Knex.Transaction,
  ): Promise<readonly SettledLease[]> {
    const rows = settlements.map(({ id, attempt, engineId, release }) => ({
      id,
      attempt,
      engineId,
      ...release,
    }));
    const releases = settlements.some(({ release }) => release !== undefined);
    const { rows: ended } = await prepared<SettledLease>(transaction, releases ? SETTLE : END, [
      JSON.stringify(rows),
    ]);
    return ended;
  }

  /** Removes packages that wait; returns their ids. */
  async delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: { id: string }[] }>(
      `WITH deleted AS (
         DELETE FROM ${SCHEMA}.job WHERE name = :queueName AND id = ANY (:ids::uuid[])
         RETURNING id, CASE WHEN waits_for = 'turn' THEN left(limit_key, ${LONGEST_LABEL_CHARACTERS}) END AS freed_key
       )
       SELECT id, pg_notify('${PACKAGES_CHANNEL}', 'slot ' || :queueName || chr(10) || freed_key)::text
       FROM deleted`,
      { queueName: this.#queueName, ids: [...ids] },
    );
    return rows.map(({ id }) => id);
  }

  /** Removes every package that waits. */
  async purge(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: PurgedPackages[] }>(
      `WITH purged AS (
         DELETE FROM ${SCHEMA}.job WHERE name = ? RETURNING data #>> '{task,options,iteration,id}' AS iteration
       )
       SELECT count(*)::integer AS count,
         coalesce(array_agg(DISTINCT iteration) FILTER (WHERE ${isUuidText('iteration')}), '{}') AS "iterationIds"
       FROM purged`,
      [this.#queueName],
    );
    return rows[0] ?? { count: 0, iterationIds: [] };
  }

  /** Removes every package, and the leases of those that are held. */
  async clear(): Promise<void> {
    await this.#database('queue.leases').where({ queue: this.#queueName }).delete();
    await this.purge();
  }

  /** Returns how many packages wait, or are held. */
  async count(which: 'waiting' | 'held'): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: string }[] }>(
      which === 'held'
        ? 'SELECT count(*) FROM queue.leases WHERE queue = ?'
        : `SELECT count(*) FROM ${SCHEMA}.job WHERE name = ?`,
      [this.#queueName],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Returns packages that wait, or are handed out, as they are carried. */
  async carried(ids: readonly string[], transaction: Knex.Transaction): Promise<readonly CarriedPackage[]> {
    return transaction(`${SCHEMA}.job`)
      .where({ name: this.#queueName })
      .whereRaw(`state < 'completed'`)
      .whereRaw('id = ANY (?::uuid[])', [[...ids]])
      .select('id', 'data AS carried');
  }

  /** Returns how many packages with this fairness key wait; counts no more than `atMost`. */
  async countWaitingOf(fairnessKey: string, atMost: number): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::integer AS count FROM (
         -- The condition of the index, which Postgres does not find in that of the key.
         SELECT FROM ${SCHEMA}.job WHERE name = ? AND fairness_key = ? AND fairness_key <> '' LIMIT ?
       ) AS waiting`,
      [this.#queueName, fairnessKey, atMost],
    );
    return rows[0]?.count ?? 0;
  }

  /** Returns some of the tasks that wait or run, oldest first. */
  async list(
    { limit, offset, ids }: QueuedTaskPage,
    transaction?: Knex.Transaction,
  ): Promise<readonly QueuedTask[]> {
    const some = 'AND (:ids::uuid[] IS NULL OR id = ANY (:ids::uuid[])) ORDER BY created, id LIMIT :most';
    const { rows } = await (transaction ?? this.#database).raw<{ rows: QueuedTask[] }>(
      `SELECT id, ${packedColumns('task')}, state, attempts, created, start_after AS "startAfter"
       FROM (
         (SELECT * FROM (
            SELECT id, data -> 'task' AS task, ${STATE_OF_WAITING} AS state, retry_count AS attempts,
              created_on AS created, start_after
            FROM ${SCHEMA}.job WHERE name = :queueName
          ) AS waiting WHERE true ${some})
         UNION ALL
         (SELECT * FROM (
            SELECT task_id AS id, carried -> 'task' AS task, 'running' AS state, attempt AS attempts,
              enqueued AS created, due AS start_after
            FROM queue.leases WHERE queue = :queueName
          ) AS held WHERE true ${some})
       ) AS both_kinds
       ORDER BY created, id LIMIT :limit OFFSET :offset`,
      {
        queueName: this.#queueName,
        ids: ids ? [...ids] : null,
        limit,
        offset,
        most: limit + offset,
      },
    );
    return withNames(rows);
  }
}

/** SQL: how a package that waits shows itself. */
export const STATE_OF_WAITING = `CASE WHEN start_after > now() THEN 'delayed' ELSE 'queued' END`;

/** What {@link INSERT} is given of each package, in the order of its parameters. */
const INSERTED_COLUMNS: readonly ((outgoing: OutgoingPackage) => ArrayElement)[] = [
  ({ id }) => id,
  ({ carried }) => carried,
  ({ priority }) => priority ?? null,
  ({ delaySeconds }) => delaySeconds ?? null,
  ({ fairnessKey }) => fairnessKey ?? null,
  ({ limit }) => limit?.key ?? null,
  ({ limit }) => limit?.count ?? null,
];

/** The queue is locked once for all packages, as a foreign key would lock it for each: it stays until they are in it. */
const INSERT = `WITH queue AS MATERIALIZED (
    SELECT name FROM ${SCHEMA}.queue WHERE name = ? FOR KEY SHARE
  ), inserted AS (
    INSERT INTO ${SCHEMA}.job (id, name, data, priority, start_after, keep_until, fairness_key, limit_key, limit_count,
      waits_for)
    SELECT id, queue.name, carried, coalesce(priority, 0), now() + coalesce(delay, 0) * interval '1 second', 'infinity',
      coalesce(key, ''), "limit", count,
      CASE WHEN delay > 0 THEN 'time' WHEN "limit" IS NOT NULL THEN 'slot' ELSE 'turn' END
    FROM queue CROSS JOIN unnest(?::uuid[], ?::jsonb[], ?::integer[], ?::double precision[], ?::text[], ?::text[],
      ?::integer[]) AS package (id, carried, priority, delay, key, "limit", count)
    -- No anti-join, as in taking: Postgres would plan that while there are few leases.
    WHERE (SELECT task_id FROM queue.leases WHERE task_id = package.id AND leases.queue = queue.name) IS NULL
    ON CONFLICT DO NOTHING
    RETURNING name, waits_for, limit_key
  ), announced AS (${announce('inserted')}
  )
  SELECT EXISTS (SELECT FROM queue) AS "isThere", (SELECT count(*) FROM announced) AS announced`;

const ENDED_COLUMNS = `task_id AS id, engine_id AS "engineId", leases.attempt, cancelled_by AS "cancelledBy", progress,
  limit_key AS "limitKey"`;

/**
 * SQL: a lease is one of those that are settled. Found by its task: where there is no lease when this is planned, the index of
 * engines would seem as good.
 */
const IS_SETTLED =
  'task_id = settled.id AND engine_id IS NOT DISTINCT FROM settled."engineId" AND leases.attempt = settled.attempt';

/** For packages that are removed for good, as most are. */
const END = `
  DELETE FROM queue.leases USING json_to_recordset(?::json) AS settled (id uuid, attempt integer, "engineId" uuid)
  WHERE ${IS_SETTLED} RETURNING ${ENDED_COLUMNS}`;

const SETTLE = `WITH ended AS (
    DELETE FROM queue.leases USING json_to_recordset(?::json) AS settled (id uuid, attempt integer, "engineId" uuid,
      "delaySeconds" double precision, "isUnstarted" boolean, "evenIfCancelled" boolean)
    WHERE ${IS_SETTLED}
    RETURNING leases.*, "delaySeconds", coalesce("isUnstarted", false) AS is_unstarted,
      "delaySeconds" IS NOT NULL AND (cancelled_by IS NULL OR coalesce("evenIfCancelled", false)) AS is_released
  ), released AS (
    INSERT INTO ${SCHEMA}.job (id, name, data, priority, retry_count, created_on, start_after, keep_until, fairness_key,
      limit_key, limit_count, waits_for)
    SELECT task_id, queue, carried, priority, CASE WHEN is_unstarted THEN attempt - 1 ELSE attempt END, enqueued,
      -- What was not begun keeps its place.
      CASE WHEN is_unstarted AND "delaySeconds" <= 0 THEN due
        ELSE clock_timestamp() + "delaySeconds" * interval '1 second' END,
      'infinity', fairness_key, limit_key, limit_count,
      CASE WHEN "delaySeconds" > 0 THEN 'time' WHEN limit_key IS NOT NULL THEN 'slot' ELSE 'turn' END
    FROM ended WHERE is_released
    ON CONFLICT DO NOTHING
    RETURNING name, waits_for, limit_key
  ), announced AS (${announce('released')}
  )
  SELECT ended.task_id AS id, ended.engine_id AS "engineId", ended.attempt, ended.cancelled_by AS "cancelledBy",
    ended.progress, ended.limit_key AS "limitKey", (SELECT count(*) FROM announced) AS announced
  FROM ended`;
