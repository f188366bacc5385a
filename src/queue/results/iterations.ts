import type { Knex } from 'knex';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import { errorMessage } from '../../platform/error-message.ts';
import { isUuid } from '../../platform/uuid.ts';
import type { JsonValue, TaskOutcome } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';
import type { FinishedAttempt } from './finished-tasks.ts';

/** A part of an iteration that has succeeded. */
export interface FinishedPart {
  readonly taskId: string;
  readonly iterationId: string;
  /** Which of the elements, from 0. */
  readonly index: number;
  readonly result: JsonValue;
}

/** What is stored of an iteration until its last part has succeeded. */
export interface Iteration {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  /** Those of the one result. */
  readonly options: PackedOptions;
  readonly started: string;
}

/** Remembers an iteration, in the transaction that enqueues its parts. */
export async function createIteration(
  transaction: Knex.Transaction,
  queueName: string,
  { id, name, func, group, options, started }: Iteration,
  partCount: number,
): Promise<void> {
  await transaction('queue.iterations').insert({
    id,
    name,
    func,
    group,
    queue: queueName,
    options: JSON.stringify(options),
    started,
    total: partCount,
    remaining: partCount,
  });
}

/** Removes iterations that can never be complete, as one of their parts is gone. What is no id names none. */
export async function forgetIterations(transaction: Knex.Transaction, ids: readonly string[]): Promise<void> {
  const known = [...new Set(ids)].filter(isUuid);
  if (known.length === 0) return;
  await transaction('queue.iterations').whereRaw('id = ANY (?::uuid[])', [known]).delete();
}

/** What an iteration becomes in the end: one finished task, with the iteration's id. */
export function collatedAttempt(
  { id, name, func, group, options, started }: Iteration,
  outcome: TaskOutcome,
): FinishedAttempt {
  return { task: { id, name, func, args: {}, group, started, options }, attemptCount: 1, outcome, args: {} };
}

/**
 * Keeps the results of parts, and counts their iterations down. Parts of an iteration that is gone are dropped.
 *
 * @param store stores the one result of each iteration that is complete by that, in the order of the elements.
 */
export async function completeParts(
  transaction: Knex.Transaction,
  parts: readonly FinishedPart[],
  store: (savepoint: Knex.Transaction, attempts: readonly FinishedAttempt[]) => Promise<void>,
): Promise<void> {
  if (parts.length === 0) return;
  // One engine after another, in the order of ids: the last one to come sees all parts. It is a statement of its own,
  // as the next one is to see what was stored while this one waited.
  await transaction('queue.iterations')
    .whereRaw('id = ANY (?::uuid[])', [[...new Set(parts.map(({ iterationId }) => iterationId))]])
    .orderBy('id')
    .forUpdate()
    .select('id');
  const { rows: complete } = await transaction.raw<{ rows: Iteration[] }>(
    `WITH stored AS (
       INSERT INTO queue.iteration_results (iteration_id, index, result)
       SELECT iterations.id, part.index, part.result
       FROM json_to_recordset(?::json) AS part ("iterationId" uuid, index integer, result jsonb)
       JOIN queue.iterations ON iterations.id = part."iterationId"
       ON CONFLICT (iteration_id, index) DO NOTHING
       RETURNING iteration_id
     ), counted AS (
       UPDATE queue.iterations SET remaining = remaining - stored.parts
       FROM (SELECT iteration_id, count(*)::integer AS parts FROM stored GROUP BY iteration_id) AS stored
       WHERE iterations.id = stored.iteration_id
       RETURNING iterations.*
     )
     SELECT id, name, func, "group", options, ? FROM counted WHERE remaining = 0`,
    [JSON.stringify(parts), isoTimestamp(transaction, 'started', 'started')],
  );
  if (complete.length === 0) return;
  await storeCollated(transaction, complete, store);
  await transaction('queue.iterations')
    .whereRaw('id = ANY (?::uuid[])', [complete.map(({ id }) => id)])
    .delete();
}

/** Results that are too large as one must not keep their parts from being settled: that is a failure then. */
async function storeCollated(
  transaction: Knex.Transaction,
  complete: readonly Iteration[],
  store: (savepoint: Knex.Transaction, attempts: readonly FinishedAttempt[]) => Promise<void>,
): Promise<void> {
  try {
    await transaction.transaction(async (savepoint) => {
      const { rows } = await savepoint.raw<{ rows: { id: string; result: JsonValue }[] }>(
        `SELECT iteration_id AS id, jsonb_agg(result ORDER BY index) AS result FROM queue.iteration_results
         WHERE iteration_id = ANY (?::uuid[]) GROUP BY iteration_id`,
        [complete.map(({ id }) => id)],
      );
      const results = new Map(rows.map(({ id, result }) => [id, result]));
      await store(
        savepoint,
        complete.map((iteration) =>
          collatedAttempt(iteration, { success: true, result: results.get(iteration.id) ?? [] }),
        ),
      );
    });
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    if (complete.length > 1) {
      // One of them is to blame; one by one, it can be found.
      for (const iteration of complete) await storeCollated(transaction, [iteration], store);
      return;
    }
    const failure = {
      error: `The results of all parts cannot be stored as one: ${errorMessage(error)}`,
    };
    await store(
      transaction,
      complete.map((iteration) =>
        collatedAttempt(
          { ...iteration, options: { ...iteration.options, isCollation: true } },
          { success: false, result: failure },
        ),
      ),
    );
  }
}

/** SQLSTATE `program_limit_exceeded`, or a text that is longer than JavaScript's may be. */
function isTooLarge(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error && error.code === '54000';
}
