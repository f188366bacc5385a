import type { Knex } from 'knex';
import { estimatedCount, MOST_COUNTED_ROWS } from '../../platform/database/bounded-count.ts';
import type { Database } from '../../platform/database/connection.ts';
import { packedColumns } from '../tasks/packed-columns.ts';
import type { OutgoingPackage } from './broker.ts';
import type { CarriedQueue } from './carrier.ts';

/** Rows of one queue that are counted: one more than the limit shows that there are more. */
export const COUNTED_ROWS = MOST_COUNTED_ROWS + 1;

/** SQL: what a {@link CarriedQueue} says of packages. @param packages a query of the columns `created` and `start_after`. */
export function queueFiguresOf(packages: string): string {
  return `SELECT count(*)::integer AS waiting, count(*) FILTER (WHERE start_after > now())::integer AS delayed,
    extract(epoch FROM now() - min(greatest(created, start_after)) FILTER (WHERE start_after <= now()))
      ::double precision AS "oldestSeconds"
  FROM (${packages}) AS oldest`;
}

/**
 * Completes rows of {@link queueFiguresOf}. A queue that is longer than what was counted costs a further statement: there
 * are few queues, and fewer such.
 *
 * @param waitingIn a query of the packages that wait in a queue.
 */
export async function withEstimates(
  database: Database,
  rows: readonly Omit<CarriedQueue, 'isWaitingEstimated'>[],
  waitingIn: (queueName: string) => Knex.QueryBuilder,
): Promise<CarriedQueue[]> {
  return Promise.all(
    rows.map(async (row) => {
      if (row.waiting <= MOST_COUNTED_ROWS) return { ...row, isWaitingEstimated: false };
      const estimate = await estimatedCount(database, waitingIn(row.name));
      return { ...row, waiting: Math.max(estimate, row.waiting), isWaitingEstimated: true };
    }),
  );
}

/**
 * SQL: the columns of a `TaskOfQueue`, from a relation that has `queue`, `id`, `task` (the package), `start_after`,
 * `created`, `attempts` and `is_held`.
 */
export const TASK_COLUMNS = `
  queue, id, ${packedColumns('task')}, attempts,
  CASE WHEN is_held THEN 'running' WHEN start_after > now() THEN 'delayed' ELSE 'queued' END AS state,
  ${microseconds('created')} AS created, ${microseconds('start_after')} AS "startAfter"`;

/**
 * Returns packages as a JSON list for a statement: what is made of each, and `carried`. That is JSON already, and is not
 * written anew.
 */
export function withCarried(
  packages: readonly OutgoingPackage[],
  describe: (outgoing: OutgoingPackage) => object,
): string {
  const rows = packages.map(
    (outgoing) => `{"carried":${outgoing.carried},${JSON.stringify(describe(outgoing)).slice(1)}`,
  );
  return `[${rows.join()}]`;
}

/** SQL: a condition for texts that are UUIDs. */
export function isUuidText(text: string): string {
  return `${text} ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'`;
}

function microseconds(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
