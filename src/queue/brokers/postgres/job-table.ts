import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import type { PurgedPackages, QueuedTask, QueuedTaskPage, Release } from '../broker.ts';
import { isUuidText, packedColumns } from '../carrier-sql.ts';

/** The Postgres schema of pg-boss's tables. */
export const SCHEMA = 'pgboss';

/** The packages of one queue in pg-boss's table of jobs, for what pg-boss has no function that fits. */
export class JobTable {
  readonly #database: Database;
  readonly #queueName: string;

  constructor(database: Database, queueName: string) {
    this.#database = database;
    this.#queueName = queueName;
  }

  /** Makes packages available again after their delay, if the presentation is still the current one. */
  async release(releases: readonly Release[], transaction: Knex.Transaction): Promise<void> {
    // pg-boss's own fail() has one delay for all; here each package has its own.
    await transaction.raw(
      `UPDATE ${SCHEMA}.job
       SET state = 'retry', start_after = now() + released."delaySeconds" * interval '1 second',
         -- pg-boss counts a job only if it was handed out before.
         started_on = CASE WHEN released."isUnstarted" THEN NULL ELSE started_on END
       FROM json_to_recordset(?::json) AS released (id uuid, attempt integer, "delaySeconds" double precision,
         "isUnstarted" boolean)
       WHERE job.name = ? AND job.id = released.id AND job.state = 'active' AND job.retry_count = released.attempt - 1`,
      [JSON.stringify(releases), this.#queueName],
    );
  }

  /** Removes packages that wait; returns their ids. */
  async delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    const database = transaction ?? this.#database;
    const deleted = await database(`${SCHEMA}.job`)
      .where({ name: this.#queueName })
      .whereIn('id', ids)
      .whereIn('state', ['created', 'retry'])
      .delete()
      .returning<{ id: string }[]>('id');
    return deleted.map(({ id }) => id);
  }

  /** Removes every package that waits. */
  async purge(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: PurgedPackages[] }>(
      `WITH purged AS (
         DELETE FROM ${SCHEMA}.job WHERE name = ? AND state IN ('created', 'retry')
         RETURNING data #>> '{task,options,iteration,id}' AS iteration
       )
       SELECT count(*)::integer AS count,
         coalesce(array_agg(DISTINCT iteration) FILTER (WHERE ${isUuidText('iteration')}), '{}') AS "iterationIds"
       FROM purged`,
      [this.#queueName],
    );
    return rows[0] ?? { count: 0, iterationIds: [] };
  }

  /** Returns how many packages wait, or are handed out. */
  async count(which: 'waiting' | 'held'): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: string }[] }>(
      `SELECT count(*) FROM ${SCHEMA}.job
       WHERE name = ? AND state < 'completed' AND state = ANY(?::${SCHEMA}.job_state[])`,
      [this.#queueName, which === 'held' ? ['active'] : ['created', 'retry']],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Returns some of the tasks that wait or run, oldest first. */
  async list(
    { limit, offset, ids }: QueuedTaskPage,
    transaction?: Knex.Transaction,
  ): Promise<readonly QueuedTask[]> {
    const { rows } = await (transaction ?? this.#database).raw<{ rows: QueuedTask[] }>(
      `SELECT id, ${packedColumns("(data -> 'task')")},
         CASE WHEN state = 'active' THEN 'running' WHEN start_after > now() THEN 'delayed' ELSE 'queued' END AS state,
         CASE WHEN started_on IS NULL THEN retry_count ELSE retry_count + 1 END AS attempts,
         created_on AS created, start_after AS "startAfter"
       FROM ${SCHEMA}.job WHERE name = :queueName AND state < 'completed'
         AND (:ids::uuid[] IS NULL OR id = ANY (:ids::uuid[]))
       ORDER BY created_on, id LIMIT :limit OFFSET :offset`,
      { queueName: this.#queueName, ids: ids ? [...ids] : null, limit, offset },
    );
    return rows;
  }
}
