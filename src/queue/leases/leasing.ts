import { LONGEST_LABEL_CHARACTERS } from '../tasks/task-options.ts';

/** An engine was handed nothing: its queue is paused, or others took the engine for dead. */
export class LeaseRefusedError extends Error {
  override readonly name = 'LeaseRefusedError';

  constructor(options?: ErrorOptions) {
    super('The queue is paused, or other engines took this one for dead', options);
  }
}

/** The columns of a statement that hands out packages which a lease is made of. */
export interface LeaseColumns {
  readonly attempt: string;
  readonly carried: string;
}

/**
 * Makes one statement of the one that hands out packages and of what their leases need, so that both are stored or
 * neither: its rows, and for each whether it `isLeased`, which it is not if an earlier presentation still
 * has a lease. One statement needs no transaction, which took most of the time between the queue and a worker.
 *
 * Fails where the engine may have no lease, see {@link refusalOf}: then nothing was handed out.
 *
 * @param handingOut an `UPDATE` that returns `id` and the columns.
 */
export function withLeases(handingOut: string, { attempt, carried }: LeaseColumns): string {
  // A forged package may hold anything.
  const label = (name: string) => `left(${carried} #>> '{task,${name}}', ${LONGEST_LABEL_CHARACTERS})`;
  return `WITH holder AS MATERIALIZED (
      -- Held until the commit, so that nobody can declare the engine lost between the check and the leases.
      SELECT id FROM queue.engines WHERE id = ? AND state <> 'lost'
        AND NOT EXISTS (SELECT FROM queue.queues WHERE name = ? AND paused_since IS NOT NULL)
      FOR SHARE
    ), handed AS (${handingOut}), leased AS (
      INSERT INTO queue.leases (task_id, engine_id, attempt, queue, name, func, "group")
      -- Without a holder this is no engine at all, which the column refuses.
      SELECT id, (SELECT id FROM holder), ${attempt}, ?, coalesce(${label('name')}, ''), coalesce(${label('func')}, ''),
        ${label('group')}
      FROM handed ON CONFLICT (task_id) DO NOTHING RETURNING task_id
    )
    SELECT handed.*, id IN (SELECT task_id FROM leased) AS "isLeased" FROM handed`;
}

/** What a statement of {@link withLeases} is bound to. */
export function leaseBindings<Binding>(
  engineId: string,
  queueName: string,
  handingOut: readonly Binding[],
): (Binding | string)[] {
  return [engineId, queueName, ...handingOut, queueName];
}

/** What a statement of {@link withLeases} failed with, as a {@link LeaseRefusedError} where it is one. */
export function refusalOf(error: unknown): unknown {
  return isNotNullViolation(error) && error.column === 'engine_id'
    ? new LeaseRefusedError({ cause: error })
    : error;
}

/** SQLSTATE `not_null_violation`. */
function isNotNullViolation(error: unknown): error is Error & { readonly column: unknown } {
  return error instanceof Error && 'code' in error && error.code === '23502' && 'column' in error;
}
