import type { JsonValue, TaskArguments, TaskFunction } from './task-function.ts';

/** A task after an attempt has ended: Django-Q's `Task`. It is JSON, so that it can be an argument itself. */
export type FinishedTask = {
  readonly id: string;
  readonly name: string;
  /** The function's name. */
  readonly func: string;
  /** The hook's name. */
  readonly hook: string | null;
  /** Without those that are secret. */
  readonly args: TaskArguments;
  /** What the function returned; `{ error, stack }` for a failure. */
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
  /** Django-Q's `time_taken`: from enqueueing to the end. */
  readonly timeTakenSeconds: number;
  /** Of its latest attempt, from when the task could run until its function began; `null` if that is not known. */
  readonly waitedSeconds: number | null;
  /** How long its function ran in its latest attempt; `null` if it did not run. */
  readonly ranSeconds: number | null;
  /** Whether it was cancelled. */
  readonly cancelled: boolean;
  /** The failed task that was sent back as this one. */
  readonly resubmittedFrom: string | null;
};

/** The arguments of a hook. */
export type HookArguments = { readonly task: FinishedTask };

/** A function that can be a hook: it is called with the finished task. */
export type HookFunction = TaskFunction<HookArguments, JsonValue>;
