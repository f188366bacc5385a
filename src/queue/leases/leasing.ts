/** An engine was handed nothing: its queue is paused, or others took the engine for dead. */
export class LeaseRefusedError extends Error {
  override readonly name = 'LeaseRefusedError';

  constructor(options?: ErrorOptions) {
    super('The queue is paused, or other engines took this one for dead', options);
  }
}

/**
 * SQL: the engine, if it may hold tasks of its queue; otherwise no row. Its row stays locked until the commit, so that
 * it cannot be declared lost between the check and the leases. Bound to the engine's id and the queue's name.
 */
export const LEASE_HOLDER = `SELECT id FROM queue.engines WHERE id = ? AND state <> 'lost'
  AND NOT EXISTS (SELECT FROM queue.queues WHERE name = ? AND paused_since IS NOT NULL)
  FOR SHARE`;

/**
 * What a statement failed with that stores leases, as a {@link LeaseRefusedError} if its {@link LEASE_HOLDER} was no row:
 * the column `engine_id` refuses that, and nothing was handed out.
 */
export function refusalOf(error: unknown): unknown {
  return isNotNullViolation(error) && error.column === 'engine_id'
    ? new LeaseRefusedError({ cause: error })
    : error;
}

/** SQLSTATE `not_null_violation`. */
function isNotNullViolation(error: unknown): error is Error & { readonly column: unknown } {
  return error instanceof Error && 'code' in error && error.code === '23502' && 'column' in error;
}
