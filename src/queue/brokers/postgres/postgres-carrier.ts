import type { Database } from '../../../platform/database/connection.ts';
import { withNames } from '../../tasks/packed-columns.ts';
import type { CarriedQueue, Carrier, TaskOfQueue, WaitingTaskPage } from '../carrier.ts';
import { COUNTED_ROWS, queueFiguresOf, TASK_COLUMNS, withEstimates } from '../carrier-sql.ts';
import { SCHEMA } from './job-table.ts';

const JOBS = `
  SELECT job.name AS queue, job.id, data -> 'task' AS task, start_after,
    retry_count AS attempts, created_on AS created, false AS is_held
  FROM ${SCHEMA}.job`;

/** The condition of the index by age: all of the jobs meet it. */
const WAITING = `state < 'completed'`;

/** What pg-boss's tables hold. */
export class PostgresCarrier implements Carrier {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async queues(): Promise<readonly CarriedQueue[]> {
    const { rows } = await this.#database.raw<{ rows: CarriedQueue[] }>(
      `SELECT queue.name, waiting.* FROM ${SCHEMA}.queue CROSS JOIN LATERAL (${queueFiguresOf(
        `SELECT start_after, created_on AS created FROM ${SCHEMA}.job
         WHERE job.name = queue.name AND ${WAITING} ORDER BY created_on LIMIT ?`,
      )}) AS waiting`,
      [COUNTED_ROWS],
    );
    return withEstimates(this.#database, rows, (name) => this.#database(`${SCHEMA}.job`).where({ name }));
  }

  async waitingTasks({ queue, limit, after }: WaitingTaskPage): Promise<readonly TaskOfQueue[]> {
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (
         ${JOBS} WHERE job.name = :queue AND ${WAITING}
           ${after ? 'AND (created_on, id) > (:created::timestamptz, :id::uuid)' : ''}
         ORDER BY created_on, id LIMIT :limit
       ) AS waiting ORDER BY waiting.created, id`,
      { queue, limit, ...after },
    );
    return withNames(rows);
  }

  async findTasks(ids: readonly string[]): Promise<readonly TaskOfQueue[]> {
    // Queue by queue, because pg-boss's table has no index of ids alone.
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (
         SELECT found.* FROM ${SCHEMA}.queue CROSS JOIN LATERAL (
           ${JOBS} WHERE job.name = queue.name AND job.id = ANY (:ids::uuid[]) LIMIT :count
         ) AS found
       ) AS found`,
      { ids: [...ids], count: ids.length },
    );
    return withNames(rows);
  }

  async tasksBetween(first: string, last: string, limit: number): Promise<readonly TaskOfQueue[]> {
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (
         SELECT found.* FROM ${SCHEMA}.queue CROSS JOIN LATERAL (
           ${JOBS} WHERE job.name = queue.name AND job.id BETWEEN :first AND :last LIMIT :limit
         ) AS found
       ) AS found LIMIT :limit`,
      { first, last, limit },
    );
    return withNames(rows);
  }
}
