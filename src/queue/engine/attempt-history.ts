import { hostname } from 'node:os';
import type { AttemptCourse, UnsuccessfulAttempt } from '../results/attempts.ts';
import type { AttemptHistory, EndedAttempt } from './attempts.ts';

const HOST = hostname();

/** Microseconds: further digits would only make statements longer. */
const STEPS_OF_A_SECOND = 1e6;

/** Returns how an attempt was made, counted back from now. */
export function courseOf({ assignment, run }: AttemptHistory): AttemptCourse {
  const { engineId, takenMilliseconds, waitedSeconds } = assignment;
  const now = performance.now();
  const begunOrNow = run?.begunMilliseconds ?? now;
  return {
    engineId,
    host: HOST,
    workerPid: run?.workerPid ?? null,
    takenAgoSeconds: rounded((now - takenMilliseconds) / 1_000),
    begunAgoSeconds: run ? rounded((now - run.begunMilliseconds) / 1_000) : null,
    waitedSeconds: rounded(Math.max(0, waitedSeconds + (begunOrNow - takenMilliseconds) / 1_000)),
    ranSeconds: run ? rounded(run.milliseconds / 1_000) : null,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * STEPS_OF_A_SECOND) / STEPS_OF_A_SECOND;
}

/** Returns the row that is stored of an attempt that did not succeed; `undefined` if it succeeded or was not made. */
export function unsuccessfulAttempt(attempt: EndedAttempt): UnsuccessfulAttempt | undefined {
  const { task, history, outcome, loss } = attempt;
  const ending = endingOf(attempt);
  if (!history || ending === undefined) return undefined;
  return {
    ...courseOf(history),
    taskId: task.id,
    number: attempt.attempt,
    outcome: ending,
    error: (outcome?.success === false ? outcome.result.error : loss?.error) ?? '',
    sentBy: task.options?.resubmittedBy ?? null,
  };
}

/** `undefined` if the attempt succeeded, or was none: the task went back to the queue before it began. */
function endingOf(attempt: EndedAttempt): UnsuccessfulAttempt['outcome'] | undefined {
  const { outcome, isCancelled, isUnstarted, attemptCount, history } = attempt;
  if (outcome?.success) return undefined;
  if (isCancelled) return 'cancelled';
  if (isUnstarted) return undefined;
  if (attemptCount !== undefined) return 'given up';
  switch (history?.workerEnd) {
    case 'timeout':
      return 'timed out';
    case 'died':
      return 'worker died';
    case 'memory':
      return 'out of memory';
    case undefined:
      return history && hasTimedOut(history) ? 'timed out' : 'failed';
    default:
      return 'interrupted';
  }
}

/** A function that obeys the signal at its timeout ends with an error of its own. */
function hasTimedOut({ assignment, run }: AttemptHistory): boolean {
  return run !== undefined && run.milliseconds >= assignment.timeoutSeconds * 1_000;
}
