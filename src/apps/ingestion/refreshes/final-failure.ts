import { PermanentTaskError, type TaskContext } from '../../../queue/index.ts';
import { RefreshRefusedError } from './step.ts';

/**
 * Returns whether no other attempt at a task of a refresh follows the one that has failed. A task that was stopped has not
 * failed: it runs again, unless its refresh was cancelled.
 *
 * @param lastAttempt the attempt after which no other follows.
 */
export function isFinalFailure(
  error: unknown,
  { signal, attempt }: Pick<TaskContext, 'signal' | 'attempt'>,
  lastAttempt: number,
): boolean {
  if (error instanceof RefreshRefusedError || error instanceof PermanentTaskError) return true;
  return attempt >= lastAttempt && !signal.aborted;
}
