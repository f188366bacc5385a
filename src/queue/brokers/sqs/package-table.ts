import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import type { EndedLease } from '../../leases/lease.ts';
import { LEASE_HOLDER } from '../../leases/leasing.ts';
import { packedColumns, withNames } from '../../tasks/packed-columns.ts';
import type {
  CarriedPackage,
  Delivery,
  OutgoingPackage,
  PurgedPackages,
  QueuedTask,
  QueuedTaskPage,
  Settlement,
} from '../broker.ts';
import { isUuidText, withCarried } from '../carrier-sql.ts';
import type { Ticket } from './message.ts';

/** A delivery, and the ticket that it was asked for with. */
export interface TakenPackage extends Delivery {
  readonly round: number;
}

/** A ticket that is over. */
export interface EndedTicket extends Ticket {
  /** Whether another message is to be sent: that of the package's next round, or of a package with its limit key. */
  readonly makesRoom: boolean;
}

/** What was settled. */
export interface SettledPackages {
  readonly leases: readonly EndedLease[];
  readonly tickets: readonly EndedTicket[];
}

/** How long a package waits whose task has a lease from another queue. */
const DOUBLE_SECONDS = 1;

/** The packages of one queue, as Postgres has them: see the migration for what each column means. */
export class PackageTable {
  readonly #database: Database;
  readonly #queueName: string;

  constructor(database: Database, queueName: string) {
    this.#database = database;
    this.#queueName = queueName;
  }

  /** Puts packages in; their messages are still to be sent. One whose id is there is passed over. */
  async insert(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void> {
    const rows = withCarried(packages, ({ id, delaySeconds = 0, limit }) => ({
      id,
      delaySeconds,
      limitKey: limit?.key,
      limitCount: limit?.count,
    }));
    await (transaction ?? this.#database).raw(
      `INSERT INTO queue.sqs_packages (id, queue, carried, limit_key, limit_count, start_after)
       SELECT id, ?, carried, "limitKey", "limitCount", clock_timestamp() + "delaySeconds" * interval '1 second'
       FROM json_to_recordset(?::json) AS package (id uuid, carried jsonb, "limitKey" text, "limitCount" integer,
         "delaySeconds" double precision)
       ON CONFLICT (id) DO NOTHING`,
      [this.#queueName, rows],
    );
  }

  /** Takes the packages of tickets that count, oldest first, and stores an engine's leases of them. */
  async take(
    tickets: readonly Ticket[],
    engineId: string,
    transaction: Knex.Transaction,
  ): Promise<readonly TakenPackage[]> {
    const { rows } = await transaction.raw<{ rows: (TakenPackage & { readonly created: string })[] }>(
      `WITH holder AS MATERIALIZED (${LEASE_HOLDER}), asked AS (
         -- Locked in the order of ids, as everywhere, so that no two transactions wait for each other.
         SELECT sqs_packages.id, EXISTS (SELECT FROM queue.leases WHERE task_id = sqs_packages.id) AS is_double
         FROM queue.sqs_packages JOIN json_to_recordset(?::json) AS ticket (id uuid, round integer)
           ON ticket.id = sqs_packages.id AND ticket.round = sqs_packages.round
         WHERE queue = ? AND state <> 'held'
         ORDER BY id FOR UPDATE OF sqs_packages
       ), put_off AS (
         UPDATE queue.sqs_packages SET state = 'unsent', sent = NULL, round = round + 1,
           start_after = clock_timestamp() + ${DOUBLE_SECONDS} * interval '1 second'
         FROM asked WHERE sqs_packages.id = asked.id AND is_double
       ), taken AS (
         UPDATE queue.sqs_packages SET state = 'held', attempt = attempt + 1
         FROM asked WHERE sqs_packages.id = asked.id AND NOT is_double
         RETURNING sqs_packages.id, attempt, carried, round, created, start_after, limit_key, limit_count
       ), leased AS (
         -- Without a holder this is no engine at all, which the column refuses.
         INSERT INTO queue.leases (task_id, engine_id, attempt, queue, carried, enqueued, due, limit_key, limit_count)
         SELECT id, (SELECT id FROM holder), attempt, ?, carried, created, start_after, limit_key, limit_count
         FROM taken
       )
       SELECT id, attempt, carried, round, created,
         extract(epoch FROM clock_timestamp() - start_after)::double precision AS "waitedSeconds"
       FROM taken`,
      [engineId, this.#queueName, JSON.stringify(tickets), this.#queueName, this.#queueName],
    );
    return rows
      .toSorted((left, right) => (left.created + left.id < right.created + right.id ? -1 : 1))
      .map(({ created: _created, ...taken }) => taken);
  }

  /** Ends presentations; see `Broker.settle`. */
  async settle(settlements: readonly Settlement[], transaction: Knex.Transaction): Promise<SettledPackages> {
    const rows = settlements.map(({ id, attempt, engineId, release }) => ({
      id,
      attempt,
      engineId,
      ...release,
    }));
    const settled = await transaction.raw<{ rows: EndedLease[] }>(
      `DELETE FROM queue.leases USING json_to_recordset(?::json) AS settled (id uuid, attempt integer, "engineId" uuid)
       WHERE task_id = settled.id AND engine_id = settled."engineId" AND leases.attempt = settled.attempt
       RETURNING task_id AS id, engine_id AS "engineId", leases.attempt, cancelled_by AS "cancelledBy", progress`,
      [JSON.stringify(rows)],
    );
    const cancelled = new Map(settled.rows.map(({ id, cancelledBy }) => [id, cancelledBy !== null]));
    const held = rows.filter(({ id }) => cancelled.has(id));
    const isReleased = ({ id, delaySeconds, evenIfCancelled = false }: (typeof rows)[number]) =>
      delaySeconds !== undefined && (evenIfCancelled || !cancelled.get(id));
    const tickets = [
      ...(await this.#remove(
        held.filter((row) => !isReleased(row)),
        transaction,
      )),
      ...(await this.#release(held.filter(isReleased), transaction)),
    ];
    return { leases: settled.rows, tickets };
  }

  async #remove(
    ended: readonly { readonly id: string }[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedTicket[]> {
    if (ended.length === 0) return [];
    const { rows } = await transaction.raw<{ rows: EndedTicket[] }>(
      `DELETE FROM queue.sqs_packages WHERE queue = ? AND id = ANY (?::uuid[]) AND state = 'held'
       RETURNING id, round, limit_key IS NOT NULL AS "makesRoom"`,
      [this.#queueName, ended.map(({ id }) => id)],
    );
    return rows;
  }

  /** Lets packages wait for their next round; returns the old tickets. */
  async #release(
    released: readonly { readonly id: string }[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedTicket[]> {
    if (released.length === 0) return [];
    const { rows } = await transaction.raw<{ rows: EndedTicket[] }>(
      `UPDATE queue.sqs_packages
       SET state = 'unsent', sent = NULL, round = round + 1,
         start_after = clock_timestamp() + released."delaySeconds" * interval '1 second',
         attempt = sqs_packages.attempt - CASE WHEN released."isUnstarted" THEN 1 ELSE 0 END
       FROM json_to_recordset(?::json) AS released (id uuid, "delaySeconds" double precision, "isUnstarted" boolean)
       WHERE queue = ? AND sqs_packages.id = released.id AND state = 'held'
       RETURNING sqs_packages.id, round - 1 AS round, true AS "makesRoom"`,
      [JSON.stringify(released), this.#queueName],
    );
    return rows;
  }

  /** Removes packages that wait; returns their ids. Their messages, if there are any, do nothing. */
  async delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: { id: string }[] }>(
      `WITH waiting AS (
         SELECT id FROM queue.sqs_packages WHERE queue = ? AND id = ANY (?::uuid[]) AND state <> 'held'
         ORDER BY id FOR UPDATE
       )
       DELETE FROM queue.sqs_packages USING waiting WHERE sqs_packages.id = waiting.id RETURNING sqs_packages.id`,
      [this.#queueName, [...ids]],
    );
    return rows.map(({ id }) => id);
  }

  /** Removes every package that waits. */
  async purge(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: PurgedPackages[] }>(
      `WITH purged AS (
         DELETE FROM queue.sqs_packages WHERE queue = ? AND state <> 'held'
         RETURNING carried #>> '{task,options,iteration,id}' AS iteration
       )
       SELECT count(*)::integer AS count,
         coalesce(array_agg(DISTINCT iteration) FILTER (WHERE ${isUuidText('iteration')}), '{}') AS "iterationIds"
       FROM purged`,
      [this.#queueName],
    );
    return rows[0] ?? { count: 0, iterationIds: [] };
  }

  /** Removes every package of the queue. */
  async clear(): Promise<void> {
    await this.#database('queue.sqs_packages').where({ queue: this.#queueName }).delete();
  }

  /** Those of the tickets whose packages are still taken with them. */
  async stillHeld(tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
    const { rows } = await this.#database.raw<{ rows: Ticket[] }>(
      `SELECT id, round
       FROM queue.sqs_packages JOIN json_to_recordset(?::json) AS ticket (id uuid, round integer) USING (id, round)
       WHERE queue = ? AND state = 'held'`,
      [JSON.stringify(tickets), this.#queueName],
    );
    return rows;
  }

  /** Packages that wait; or those that are taken. */
  async count(which: 'waiting' | 'held'): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: string }[] }>(
      `SELECT count(*) FROM queue.sqs_packages WHERE queue = ? AND (state = 'held') = ?`,
      [this.#queueName, which === 'held'],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Packages that wait, or are taken, as they are carried. */
  async carried(ids: readonly string[], transaction: Knex.Transaction): Promise<readonly CarriedPackage[]> {
    return transaction('queue.sqs_packages')
      .where({ queue: this.#queueName })
      .whereRaw('id = ANY (?::uuid[])', [[...ids]])
      .select('id', 'carried');
  }

  /** Returns how many packages with this fairness key wait; counts no more than `atMost`. */
  async countWaitingOf(fairnessKey: string, atMost: number): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::integer AS count FROM (
         SELECT FROM queue.sqs_packages
         WHERE queue = ? AND state <> 'held' AND carried #>> '{task,options,fairnessKey}' = ?
         LIMIT ?
       ) AS waiting`,
      [this.#queueName, fairnessKey, atMost],
    );
    return rows[0]?.count ?? 0;
  }

  /** Some of the tasks that wait or run, oldest first. */
  async list(
    { limit, offset, ids }: QueuedTaskPage,
    transaction?: Knex.Transaction,
  ): Promise<readonly QueuedTask[]> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: QueuedTask[] }>(
      `SELECT id, ${packedColumns("(carried -> 'task')")},
         CASE WHEN state = 'held' THEN 'running' WHEN start_after > now() THEN 'delayed' ELSE 'queued' END AS state,
         attempt AS attempts, created, start_after AS "startAfter"
       FROM queue.sqs_packages WHERE queue = :queueName AND (:ids::uuid[] IS NULL OR id = ANY (:ids::uuid[]))
       ORDER BY created, id LIMIT :limit OFFSET :offset`,
      { queueName: this.#queueName, ids: ids ? [...ids] : null, limit, offset },
    );
    return withNames(rows);
  }
}
