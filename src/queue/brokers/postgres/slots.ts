import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { GREATEST_LIMIT } from '../../tasks/task-options.ts';
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
    const bound = { queueName: this.#queueName, limitKeys: [...new Set(limitKeys)] };
    return this.#database.transaction(async (transaction) => {
      await transaction.raw(
        // In one order, as two that lock the same keys in different orders would wait for each other.
        `SELECT pg_advisory_xact_lock(hash) FROM (
           SELECT DISTINCT hashtextextended('limit ' || :queueName || ' ' || key, 0) AS hash
           FROM unnest(:limitKeys::text[]) AS key ORDER BY hash
         ) AS hashes`,
        bound,
      );
      await this.#takeBackFromLowerPriorities(transaction, bound);
      // A statement of its own, which sees what was stored before the locks were given.
      const { rowCount } = await transaction.raw<{ rowCount: number }>(FILL, bound);
      return rowCount;
    });
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
    bound: { readonly queueName: string; readonly limitKeys: string[] },
  ): Promise<void> {
    await transaction.raw(
      `WITH lower AS MATERIALIZED (
         SELECT id FROM ${SCHEMA}.job AS holder
         WHERE name = :queueName AND waits_for = 'turn' AND limit_key = ANY (:limitKeys::text[])
           AND priority < (SELECT priority FROM (${waitingFor('holder.limit_key', 1)}) AS first)
         FOR UPDATE SKIP LOCKED
       )
       UPDATE ${SCHEMA}.job SET waits_for = 'slot' FROM lower WHERE job.name = :queueName AND job.id = lower.id`,
      bound,
    );
  }
}

interface KeyRow {
  readonly key: string;
  readonly isOpen: boolean;
}

function openKeysOf(rows: readonly KeyRow[]): string[] {
  return rows.filter(({ isOpen }) => isOpen).map(({ key }) => key);
}

/** SQL: how many slots of a key are used. */
function usedSlots(key: string): string {
  return `(SELECT count(*) FROM queue.leases WHERE queue = :queueName AND limit_key = ${key})
    + (SELECT count(*) FROM ${SCHEMA}.job WHERE name = :queueName AND waits_for = 'turn' AND limit_key = ${key})`;
}

/** SQL: the packages that wait for a slot of a key, in order. */
function waitingFor(key: string, count: number | string): string {
  return `SELECT id, limit_count, priority, start_after FROM ${SCHEMA}.job
    WHERE name = :queueName AND waits_for = 'slot' AND limit_key = ${key}
    ORDER BY -priority, start_after, id LIMIT ${count}`;
}

/**
 * Each step is run by itself: joined with the table at once, Postgres would look at all that waits for a slot. Packages
 * that somebody else is about to delete are passed over, as a caller's transaction may be open for long.
 */
const FILL = `WITH open AS MATERIALIZED (
    SELECT key, used, greatest(most - used, 0) AS free
    FROM unnest(:limitKeys::text[]) AS wanted (key)
    CROSS JOIN LATERAL (SELECT ${usedSlots('wanted.key')} AS used) AS slots
    CROSS JOIN LATERAL (
      SELECT max(limit_count) AS most FROM (${waitingFor('wanted.key', GREATEST_LIMIT)}) AS waiting
    ) AS limits
  ), waiting AS MATERIALIZED (
    SELECT key, used, first.* FROM open CROSS JOIN LATERAL (${waitingFor('open.key', 'open.free')}
      FOR UPDATE SKIP LOCKED) AS first
  ), placed AS MATERIALIZED (
    SELECT id, limit_count, used + row_number() OVER (PARTITION BY key ORDER BY -priority, start_after, id) AS place
    FROM waiting
  )
  UPDATE ${SCHEMA}.job SET waits_for = 'turn'
  FROM placed WHERE place <= placed.limit_count AND job.name = :queueName AND job.id = placed.id`;

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
