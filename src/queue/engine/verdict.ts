import type { EngineSettings } from '../settings.ts';
import { cancellationMessage } from '../tasks/cancellation-message.ts';
import type { AnyTaskFunction, RetryPolicy, TaskOutcome } from '../tasks/task-function.ts';
import type { TaskPackage } from '../tasks/task-package.ts';
import type { Assignment, EndedAttempt, WorkerEnd } from './attempts.ts';
import { delayAfterLossSeconds, delayByPolicySeconds, growingDelaySeconds, isUsedUp } from './retry.ts';

/** What becomes of a task once an attempt at it is over. */
export class Verdicts {
  readonly #settings: EngineSettings;
  readonly #taskFunctions: ReadonlyMap<string, AnyTaskFunction>;

  constructor(settings: EngineSettings, taskFunctions: ReadonlyMap<string, AnyTaskFunction>) {
    this.#settings = settings;
    this.#taskFunctions = taskFunctions;
  }

  /**
   * How long an attempt may run: what the call says, else the function, else the settings of the queue; longer for a
   * further attempt if the policy says so.
   */
  timeoutSeconds(task: TaskPackage, attempt: number): number {
    const firstSeconds =
      task.options?.timeoutSeconds ??
      this.#taskFunctions.get(task.func)?.timeoutSeconds ??
      this.#settings.timeoutSeconds;
    const { timeoutGrowth = 0 } = this.#policy(task);
    return firstSeconds * (1 + timeoutGrowth * (attempt - 1));
  }

  /** Whether a presentation is one too many: the engine that made the last one died before it could give the task up. */
  exceedsAttempts({ task, attempt }: Assignment): boolean {
    const most = this.#maximumAttempts(task);
    return most > 0 && attempt > most;
  }

  /**
   * After how many attempts in a row without progress a task is given up; `undefined` if that does not apply, because
   * a policy or the settings say how many attempts there are, or because there is no limit.
   */
  mostWithoutProgress(task: Pick<TaskPackage, 'func' | 'options'>): number | undefined {
    const { maximumAttempts, maximumAttemptsWithoutProgress } = this.#settings;
    if (maximumAttempts > 0 || this.#policy(task).maxAttempts !== undefined) return undefined;
    return maximumAttemptsWithoutProgress === 0 ? undefined : maximumAttemptsWithoutProgress;
  }

  /** The function returned or threw. */
  ofOutcome(assignment: Assignment, outcome: TaskOutcome, cancelledBy?: string): EndedAttempt {
    if (outcome.success) return { ...heldAs(assignment), outcome, nextAttemptSeconds: undefined };
    if (cancelledBy !== undefined) {
      const result = { ...outcome.result, error: cancellationMessage(cancelledBy) };
      return {
        ...heldAs(assignment),
        outcome: { success: false, result },
        nextAttemptSeconds: undefined,
        isCancelled: true,
      };
    }
    if (outcome.isPermanent) return { ...heldAs(assignment), outcome, nextAttemptSeconds: undefined };
    return {
      ...heldAs(assignment),
      outcome,
      nextAttemptSeconds: this.#nextAttemptSeconds(assignment),
      ...this.#limitWithoutProgress(assignment.task),
    };
  }

  /** The worker ended while it ran the task. */
  ofLoss(assignment: Assignment, end: WorkerEnd, cancelledBy?: string): EndedAttempt {
    if (cancelledBy !== undefined) return this.ofCancelled(assignment, cancelledBy);
    if (end.cause === 'memory') return ofTooMuchMemory(assignment, end);
    const usedUp = isUsedUp(assignment.attempt, this.#maximumAttempts(assignment.task));
    if (end.cause === 'killed' && !usedUp)
      return { ...heldAs(assignment), nextAttemptSeconds: 0, loss: { error: end.reason } };
    const error = end.cause === 'timeout' ? end.reason : `The worker process died (${end.reason})`;
    const nextAttemptSeconds =
      end.cause === 'timeout'
        ? this.#nextAttemptSeconds(assignment)
        : delayAfterLossSeconds(assignment.attempt);
    return {
      ...heldAs(assignment),
      outcome: { success: false, result: { error } },
      nextAttemptSeconds: usedUp ? undefined : nextAttemptSeconds,
      ...this.#limitWithoutProgress(assignment.task),
      loss: { error },
    };
  }

  /** It was cancelled before it ran, or its function did not heed its signal. */
  ofCancelled(assignment: Assignment, cancelledBy: string): EndedAttempt {
    const error = cancellationMessage(cancelledBy);
    return {
      ...heldAs(assignment),
      outcome: { success: false, result: { error } },
      nextAttemptSeconds: undefined,
      loss: { error },
      isCancelled: true,
    };
  }

  /** It was presented once too many. */
  ofGivenUp(assignment: Assignment): EndedAttempt {
    const attemptCount = assignment.attempt - 1;
    const error = `Given up after ${attemptCount} attempts: the engine that made the last one died`;
    return {
      ...heldAs(assignment),
      attemptCount,
      outcome: { success: false, result: { error } },
      nextAttemptSeconds: undefined,
      loss: { error },
    };
  }

  /** Nothing was done with it. */
  ofUnstarted(assignment: Assignment): EndedAttempt {
    return { ...heldAs(assignment), nextAttemptSeconds: 0, isUnstarted: true };
  }

  /** Without a policy, it grows, and is counted from when it was presented, as Django-Q does. */
  #nextAttemptSeconds({ task, attempt, takenMilliseconds }: Assignment): number | undefined {
    const acknowledges = task.options?.ackFailure ?? this.#settings.acknowledgesFailures;
    if (acknowledges || isUsedUp(attempt, this.#maximumAttempts(task))) return undefined;
    const byPolicy = delayByPolicySeconds(this.#policy(task), attempt);
    if (byPolicy !== undefined) return byPolicy;
    const presentedSeconds = (performance.now() - takenMilliseconds) / 1_000;
    const { retrySeconds: firstSeconds, longestRetrySeconds: longestSeconds } = this.#settings;
    return Math.max(0, growingDelaySeconds({ firstSeconds, longestSeconds }, attempt) - presentedSeconds);
  }

  #limitWithoutProgress(task: TaskPackage): Pick<EndedAttempt, 'mostWithoutProgress'> {
    const mostWithoutProgress = this.mostWithoutProgress(task);
    return mostWithoutProgress === undefined ? {} : { mostWithoutProgress };
  }

  #maximumAttempts(task: TaskPackage): number {
    return this.#policy(task).maxAttempts ?? this.#settings.maximumAttempts;
  }

  #policy({ func, options }: Pick<TaskPackage, 'func' | 'options'>): RetryPolicy {
    return { ...this.#taskFunctions.get(func)?.retry, ...options?.retry };
  }
}

/** Another attempt would take as much. */
function ofTooMuchMemory(assignment: Assignment, { reason: error }: WorkerEnd): EndedAttempt {
  return {
    ...heldAs(assignment),
    outcome: { success: false, result: { error } },
    nextAttemptSeconds: undefined,
    loss: { error },
  };
}

function heldAs({
  engineId,
  task,
  attempt,
}: Assignment): Pick<EndedAttempt, 'engineId' | 'task' | 'attempt'> {
  return { engineId, task, attempt };
}
