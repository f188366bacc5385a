import type { JsonValue, TaskArguments, TaskFunction } from '../tasks/task-function.ts';
import { withoutSealedArguments } from '../tasks/task-package.ts';
import type { FinishedAttempt } from './finished-tasks.ts';

/** A task of which an attempt has ended: Django-Q's `Task`. It is JSON, so that it can be an argument itself. */
export type FinishedTask = {
  readonly id: string;
  readonly name: string;
  /** The function's name. */
  readonly func: string;
  /** The hook's name. */
  readonly hook: string | null;
  /** Without those that are secret. */
  readonly args: TaskArguments;
  /** What the function answered; of a failure `{ error, stack }`. */
  readonly result: JsonValue;
  readonly group: string | null;
  /** The queue. */
  readonly cluster: string;
  /** When it was enqueued: ISO 8601 in UTC, with microseconds. */
  readonly started: string;
  /** When its latest attempt ended, likewise. */
  readonly stopped: string;
  readonly success: boolean;
  readonly attemptCount: number;
  /** From enqueueing to the end. */
  readonly timeTakenSeconds: number;
  /** Whether somebody asked for its end. */
  readonly cancelled: boolean;
  /** The failed task that was sent back as this one. */
  readonly resubmittedFrom: string | null;
};

/** The arguments of a hook. */
export type HookArguments = { readonly task: FinishedTask };

/** A function that can be a hook: it is called with the finished task. */
export type HookFunction = TaskFunction<HookArguments, JsonValue>;

/** An attempt as its hook, and who reads it, is given it. */
export function finishedTask(attempt: FinishedAttempt, queueName: string, stopped: string): FinishedTask {
  const { task, outcome } = attempt;
  const started = withMicroseconds(task.started);
  return {
    id: task.id,
    name: task.name,
    func: task.func,
    hook: task.options?.hook ?? null,
    args: withoutSealedArguments(attempt.args),
    result: outcome.success ? outcome.result : { ...outcome.result },
    group: task.group,
    cluster: queueName,
    started,
    stopped,
    success: outcome.success,
    attemptCount: attempt.attemptCount,
    timeTakenSeconds: (Date.parse(stopped) - Date.parse(started)) / 1_000,
    cancelled: attempt.cancelled ?? false,
    resubmittedFrom: task.options?.resubmittedFrom ?? null,
  };
}

/** A moment of JavaScript's, as Postgres's are written. */
export function withMicroseconds(isoTimestamp: string): string {
  return new Date(isoTimestamp).toISOString().replace('Z', '000Z');
}
