import type { Logger } from '../../platform/logging.ts';
import type { ErrorReporting } from '../error-reporters/index.ts';
import { signals } from '../tasks/signals.ts';
import type { EndedAttempt } from './attempts.ts';

/** Calls signal handlers and error reporters after the end of an attempt is stored; returns at once. */
export function publishEnd(
  { task, attempt, outcome, nextAttemptSeconds }: EndedAttempt,
  queue: string,
  errorReporting: ErrorReporting,
  logger: Logger,
): void {
  if (!outcome) return;
  void signals.postExecute.send({ logger, taskId: task.id }, { ...task, attempt, outcome });
  if (outcome.success) return;
  errorReporting.report(outcome.result, {
    ...task,
    attempt,
    queue,
    isPresentedAgain: nextAttemptSeconds !== undefined,
  });
}
