import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import { SCHEMA } from './job-table.ts';

/** Limit keys that are looked at in one sweep. */
const KEYS_OF_A_SWEEP = 1_000;

/** What a sweep found. */
export interface Sweep {
  /** The keys that have a package waiting, and a slot free for it. */
  readonly openKeys: readonly string[];
  /** Where the next sweep begins; the empty text if this one came to the end. */
  readonly nextKey: string;
}

/**
 * The slots of limit keys. A package with a limit waits for a slot first and then, with the slot, for its turn: so that
 * what cannot run is never in the way of what can. A slot is used by each package that waits for its turn, and by each
 * task that an engine holds.
 */
export class Slots {
  readonly #database: Database;
  readonly #queueName: string;

  constructor(database: Database, queueName: string) {
    this.#database = database;
    this.#queueName = queueName;
  }

  /**
   * Gives the free slots of limit keys to the first of their packages; returns how many got one. One engine after the other
   * does this for a key.
   */
  async fill(limitKeys: readonly string[]): Promise<number> {
    if (limitKeys.length === 0) return 0;
    const keys = [...new Set(limitKeys)];
    return this.#database.transaction(async (transaction) => {
      await prepared(transaction, LOCK_KEYS, [this.#queueName, this.#queueName, arrayLiteral(keys)]);
      // A statement of its own, which sees what was stored before the locks were given.
      const { filled, overtaken } = await this.#fillFree(transaction, keys, { passesOvertaken: true });
      if (overtaken.length === 0) return filled;
      await this.#takeBackFromLowerPriorities(transaction, overtaken);
      const more = await this.#fillFree(transaction, overtaken, { passesOvertaken: false });
      return filled + more.filled;
    });
  }

  /** @param passesOvertaken whether keys are left alone in which a package has a slot and no turn yet, before one of a higher priority. */
  async #fillFree(
    transaction: Knex.Transaction,
    limitKeys: readonly string[],
    { passesOvertaken }: { readonly passesOvertaken: boolean },
  ): Promise<Filling> {
    const { rows } = await prepared<Filling>(transaction, FILL, [
      this.#queueName,
      passesOvertaken,
      arrayLiteral(limitKeys),
    ]);
    return rows[0] ?? { filled: 0, overtaken: [] };
  }

  /** Returns those of some keys that have a package waiting, and a slot free for it. */
  async openOf(limitKeys: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#database.raw<{ rows: KeyRow[] }>(OPEN_OF, {
      queueName: this.#queueName,
      limitKeys: [...limitKeys],
    });
    return openKeysOf(rows);
  }

  /**
   * Finds keys that have a package waiting and a slot free, as packages came, a task was deleted, or an engine died after
   * its task's end; or whose slot a package of a lower priority has, and no turn yet.
   */
  async sweep(firstKey: string): Promise<Sweep> {
    const { rows } = await this.#database.raw<{ rows: KeyRow[] }>(SWEEP, {
      queueName: this.#queueName,
      firstKey,
      count: KEYS_OF_A_SWEEP,
    });
    return {
      openKeys: openKeysOf(rows),
      nextKey: rows.length < KEYS_OF_A_SWEEP ? '' : (rows.at(-1)?.key ?? ''),
    };
  }

  /** A package that has a slot and no turn yet makes way for one of a higher priority. */
  async #takeBackFromLowerPriorities(
    transaction: Knex.Transaction,
    limitKeys: readonly string[],
  ): Promise<void> {
    await transaction.raw(
      `WITH lower AS MATERIALIZED (
         SELECT id FROM ${SCHEMA}.job AS holder
         WHERE name = :queueName AND waits_for = 'turn' AND limit_key = ANY (:limitKeys::text[])
           AND priority < (SELECT priority FROM (${waitingFor('holder.limit_key', 1)}) AS first)
         FOR UPDATE SKIP LOCKED
       )
       UPDATE ${SCHEMA}.job SET waits_for = 'slot' FROM lower WHERE job.name = :queueName AND job.id = lower.id`,
      { queueName: this.#queueName, limitKeys: [...limitKeys] },
    );
  }
}

/** What became of the free slots of some keys. */
interface Filling {
  /** Packages that got one. */
  readonly filled: number;
  /** Keys that were left alone: a package of a higher priority waits behind one that has a slot and no turn yet. */
  readonly overtaken: readonly string[];
}

interface KeyRow {
  readonly key: string;
  readonly isOpen: boolean;
}

function openKeysOf(rows: readonly KeyRow[]): string[] {
  return rows.filter(({ isOpen }) => isOpen).map(({ key }) => key);
}

/**
 * SQL: the lock of all limit keys of a queue, bound to its name. It is shared by those that give slots to packages of some
 * keys, and held alone to take packages directly.
 */
export const ALL_KEYS_LOCK = `hashtextextended('slots of ' || ?::text, 0)`;

/**
 * SQL: locks keys until the transaction ends. In one order, as two that lock the same keys in different orders would wait for
 * each other. The transaction does not wait for the disk: what it moves waits for a slot again if Postgres crashes.
 */
const LOCK_KEYS = `WITH all_keys AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${ALL_KEYS_LOCK}))
  SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hash) FROM all_keys CROSS JOIN (
    SELECT DISTINCT hashtextextended('limit ' || queue || ' ' || key, 0) AS hash
    FROM (SELECT ?::text AS queue) AS bound CROSS JOIN unnest(?::text[]) AS key ORDER BY hash
  ) AS hashes`;

/** SQL: how many slots of a key are used. */
function usedSlots(key: string): string {
  return `(SELECT count(*) FROM queue.leases WHERE queue = :queueName AND limit_key = ${key})
    + (SELECT count(*) FROM ${SCHEMA}.job WHERE name = :queueName AND waits_for = 'turn' AND limit_key = ${key})`;
}

/** SQL: the packages that wait for a slot of a key, in order. */
function waitingFor(key: string, count: number | string, queue = ':queueName'): string {
  return `SELECT id, tableoid AS job_table, ctid AS job_row, limit_count, priority, start_after FROM ${SCHEMA}.job
    WHERE name = ${queue} AND waits_for = 'slot' AND limit_key = ${key}
    ORDER BY -priority, start_after, id LIMIT ${count}`;
}

/**
 * Each step is run by itself, and reads each key's few packages by an index: joined with the table at once, Postgres would look
 * at all that waits for a slot. Packages that somebody else is about to delete are passed over, as a caller's transaction may be
 * open for long.
 */
const FILL = `WITH bound AS MATERIALIZED (
    SELECT ?::text AS queue, ?::boolean AS passes_overtaken
  ), used AS MATERIALIZED (
    SELECT key, held.count + turns.count AS used, turns.lowest
    FROM bound CROSS JOIN unnest(?::text[]) AS key
    CROSS JOIN LATERAL (
      SELECT count(*) FROM queue.leases WHERE leases.queue = bound.queue AND limit_key = key
    ) AS held
    CROSS JOIN LATERAL (
      SELECT count(*), min(priority) AS lowest FROM ${SCHEMA}.job
      WHERE name = bound.queue AND waits_for = 'turn' AND limit_key = key
    ) AS turns
  ), open AS MATERIALIZED (
    SELECT key, used, lowest, (
        SELECT limit_count FROM ${SCHEMA}.job WHERE name = bound.queue AND waits_for = 'slot' AND limit_key = key
        ORDER BY limit_count DESC LIMIT 1
      ) - used AS free
    FROM used CROSS JOIN bound
  ), waiting AS MATERIALIZED (
    SELECT key, used, coalesce(passes_overtaken AND lowest < first.priority, false) AS is_overtaken, first.* FROM bound CROSS JOIN open
    CROSS JOIN LATERAL (${waitingFor('open.key', 'open.free', 'bound.queue')} FOR UPDATE SKIP LOCKED) AS first
    WHERE free > 0
  ), placed AS MATERIALIZED (
    SELECT key, job_table, job_row, limit_count, bool_or(is_overtaken) OVER (PARTITION BY key) AS is_overtaken,
      used + row_number() OVER (PARTITION BY key ORDER BY -priority, start_after, id) AS place
    FROM waiting
  ), filled AS (
    UPDATE ${SCHEMA}.job SET waits_for = 'turn' FROM placed
    WHERE NOT is_overtaken AND place <= placed.limit_count AND job.ctid = placed.job_row AND job.tableoid = placed.job_table
    RETURNING job.id
  )
  SELECT (SELECT count(*) FROM filled)::integer AS filled, ARRAY(
      SELECT key FROM waiting WHERE is_overtaken
      UNION
      SELECT key FROM open CROSS JOIN bound
      WHERE free <= 0 AND passes_overtaken AND lowest < (
        SELECT priority FROM (${waitingFor('open.key', 1, 'bound.queue')}) AS first
      )
    ) AS overtaken`;

/** SQL: keys, and whether each has a slot free for its first package; from a relation `keys`. */
const OPENNESS = `SELECT keys.key, slots.used < first.limit_count OR EXISTS (
      -- It makes way for the first.
      SELECT FROM ${SCHEMA}.job WHERE name = :queueName AND waits_for = 'turn' AND limit_key = keys.key
        AND priority < first.priority
    ) AS "isOpen"
  FROM keys
  CROSS JOIN LATERAL (${waitingFor('keys.key', 1)}) AS first
  CROSS JOIN LATERAL (SELECT ${usedSlots('keys.key')} AS used) AS slots`;

const OPEN_OF = `WITH keys AS MATERIALIZED (SELECT unnest(:limitKeys::text[]) AS key) ${OPENNESS}`;

const SWEEP = `WITH RECURSIVE keys AS (
    (SELECT limit_key AS key, 1 AS place FROM ${SCHEMA}.job
     WHERE name = :queueName AND waits_for = 'slot' AND limit_key > :firstKey ORDER BY limit_key LIMIT 1)
    UNION ALL
    SELECT next.key, keys.place + 1 FROM keys CROSS JOIN LATERAL (
      SELECT limit_key AS key FROM ${SCHEMA}.job
      WHERE name = :queueName AND waits_for = 'slot' AND limit_key > keys.key ORDER BY limit_key LIMIT 1
    ) AS next
    WHERE keys.place < :count
  )
  ${OPENNESS}`;
