import type { LossContext, TaskArguments, TaskFailure, TaskHandler } from '../../queue/index.ts';

/** What public pages show of it. The error itself is with the failed task: it may name what is inside the server. */
const OWN_FAULT: TaskFailure = { error: 'The registry failed; the failed task says why.' };

/** Stores what came of a task that has failed for good. */
export type StoreFailure<Arguments> = (
  args: Arguments,
  failure: TaskFailure,
  context: LossContext,
) => Promise<void>;

/**
 * Wraps a handler, so that a failure of its last attempt is stored as the loss of its worker is. Attempts that were stopped store
 * nothing: they are presented again, or were cancelled.
 *
 * @param lastAttempt the number of the last attempt, from 1.
 */
export function storingLastFailure<Arguments extends TaskArguments>(
  handler: TaskHandler<Arguments, null>,
  lastAttempt: number,
  store: StoreFailure<Arguments>,
): TaskHandler<Arguments, null> {
  return async (args, context) => {
    try {
      return await handler(args, context);
    } catch (error) {
      const { attempt, signal, taskId, platform, logger } = context;
      if (attempt < lastAttempt || signal.aborted) throw error;
      const loss = { taskId, platform, nextAttemptSeconds: undefined, isCancelled: false, progress: null };
      await platform.database
        .transaction((transaction) => store(args, OWN_FAULT, { ...loss, transaction }))
        .catch((storing: unknown) => logger.error({ err: storing }, 'could not store the last failure'));
      throw error;
    }
  };
}
