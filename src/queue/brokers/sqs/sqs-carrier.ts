import type { Database } from '../../../platform/database/connection.ts';
import { withNames } from '../../tasks/packed-columns.ts';
import type { CarriedQueue, Carrier, TaskOfQueue, WaitingTaskPage } from '../carrier.ts';
import { COUNTED_ROWS, queueFiguresOf, TASK_COLUMNS, withEstimates } from '../carrier-sql.ts';

const PACKAGES = `
  SELECT queue, id, carried -> 'task' AS task, start_after, attempt AS attempts, created, false AS is_held
  FROM queue.sqs_packages`;

/** The packages that Amazon SQS carries, as Postgres has them. */
export class SqsCarrier implements Carrier {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async queues(): Promise<readonly CarriedQueue[]> {
    const { rows } = await this.#database.raw<{ rows: CarriedQueue[] }>(
      // The names are found one after the other in the index, as one queue may have a million packages.
      `WITH RECURSIVE names AS (
         (SELECT queue AS name FROM queue.sqs_packages ORDER BY queue LIMIT 1)
         UNION ALL
         SELECT (SELECT queue FROM queue.sqs_packages WHERE queue > names.name ORDER BY queue LIMIT 1)
         FROM names WHERE names.name IS NOT NULL
       )
       SELECT names.name, waiting.* FROM names CROSS JOIN LATERAL (${queueFiguresOf(
         `SELECT start_after, created FROM queue.sqs_packages
          WHERE queue = names.name AND state <> 'held' ORDER BY created LIMIT ?`,
       )}) AS waiting WHERE names.name IS NOT NULL`,
      [COUNTED_ROWS],
    );
    return withEstimates(this.#database, rows, (queue) =>
      this.#database('queue.sqs_packages').where({ queue }).whereNot({ state: 'held' }),
    );
  }

  async waitingTasks({ queue, limit, after }: WaitingTaskPage): Promise<readonly TaskOfQueue[]> {
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (
         ${PACKAGES} WHERE queue = :queue AND state <> 'held'
           ${after ? 'AND (created, id) > (:created::timestamptz, :id::uuid)' : ''}
         ORDER BY created, id LIMIT :limit
       ) AS waiting ORDER BY waiting.created, id`,
      { queue, limit, ...after },
    );
    return withNames(rows);
  }

  async findTasks(ids: readonly string[]): Promise<readonly TaskOfQueue[]> {
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (${PACKAGES} WHERE id = ANY (?::uuid[]) AND state <> 'held') AS found`,
      [[...ids]],
    );
    return withNames(rows);
  }

  async tasksBetween(first: string, last: string, limit: number): Promise<readonly TaskOfQueue[]> {
    const { rows } = await this.#database.raw<{ rows: TaskOfQueue[] }>(
      `SELECT ${TASK_COLUMNS} FROM (${PACKAGES} WHERE id BETWEEN ? AND ? AND state <> 'held' LIMIT ?) AS found`,
      [first, last, limit],
    );
    return withNames(rows);
  }
}
