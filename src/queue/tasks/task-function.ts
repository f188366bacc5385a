import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import type { JsonValue } from '../../platform/json-value.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Platform } from '../../platform/platform.ts';

/** What the arguments and results of tasks can hold. */
export type { JsonValue } from '../../platform/json-value.ts';

/** The named arguments of a task. */
export type TaskArguments = { readonly [name: string]: JsonValue | undefined };

/** Why an attempt failed; `stack` where an error was thrown. */
export interface TaskFailure {
  readonly error: string;
  readonly stack?: string;
}

/** How an attempt ended. */
export type TaskOutcome =
  | { readonly success: true; readonly result: JsonValue }
  | {
      readonly success: false;
      readonly result: TaskFailure;
      /** Whether another attempt would fail in the same way: the function threw a `PermanentTaskError`. */
      readonly isPermanent?: true;
    };

/**
 * When a task is presented again after a failure. Without `delaySeconds` it comes back `retry` seconds after it was
 * presented, as Django-Q has it, and twice as long after each further failure.
 */
export interface RetryPolicy {
  /** Presentations in all; 0 for ever, with or without progress. */
  readonly maxAttempts?: number;
  /** The wait after the first failure, counted from the failure. */
  readonly delaySeconds?: number;
  /** By how much the wait is multiplied after each further failure; default: 1. */
  readonly backoff?: number;
  /** The longest wait; default: a day. */
  readonly maxDelaySeconds?: number;
  /** A part of the wait that is left to chance, from 0 to 1, so that failures do not come back all at once;
   * default: 0. */
  readonly jitter?: number;
  /** The part of the first attempt's timeout by which each further attempt may run longer; default: 0. */
  readonly timeoutGrowth?: number;
}

/** How far a running task is. */
export interface TaskProgress {
  readonly done: number;
  /** `null` while it is not known. */
  readonly total: number | null;
  /** A word about what it does. */
  readonly note: string | null;
}

/** What a running task function is given beside its arguments. */
export interface TaskContext {
  readonly taskId: string;
  /** 1 for the first presentation, and one more with each further one. */
  readonly attempt: number;
  /** Fires when the task should stop: it is out of time, was cancelled, or the worker has to go. */
  readonly signal: AbortSignal;
  /**
   * Reports how far the task is. An attempt has made progress if its last `done` exceeds that of every attempt before it.
   * Cheap, because only the newest is stored: four times a second at first, then once.
   */
  readonly progress: (done: number, total?: number, note?: string) => void;
  /** Writes the task's id in every line. */
  readonly logger: Logger;
  /** The worker process's platform. */
  readonly platform: Platform;
}

/** What `onLost` is called with, beside the arguments and the failure. */
export interface LossContext {
  readonly taskId: string;
  /** The one that stores the failure. */
  readonly transaction: DatabaseOrTransaction;
  /**
   * The platform of the process that stores the failure: the engine, on the machine on which the attempt ran unless the
   * whole engine died; or the process that cancelled the task while it waited.
   */
  readonly platform: Platform;
  /** How long until the next attempt; `undefined` if there is none. */
  readonly nextAttemptSeconds: number | undefined;
  /** Whether it was cancelled. */
  readonly isCancelled: boolean;
  /** How far the attempt was when that was stored last; `null` if it had reported nothing, or there was no attempt. */
  readonly progress: TaskProgress | null;
}

/** What does a task's work, in a worker process. */
export type TaskHandler<Arguments extends TaskArguments, Result extends JsonValue> = (
  args: Arguments,
  context: TaskContext,
) => Promise<Result>;

/** A function that can be queued: its name, and how a worker comes to its code. */
export interface TaskFunction<Arguments extends TaskArguments, Result extends JsonValue> {
  /** `<app>.<function>`, as it is stored in the queue. */
  readonly name: string;
  /** Arguments that are encrypted wherever they are stored, and shown nowhere. */
  readonly secretArguments: readonly (keyof Arguments & string)[];
  /**
   * Returns what the secrets belong to, such as the id of a customer, from the arguments in clear. A secret opens only in
   * a call with the same subject. Default: a random id that stays with the call.
   */
  readonly secretSubject?: (args: Partial<Arguments>) => string;
  /** How long an attempt may run, instead of the queue's `timeout`. */
  readonly timeoutSeconds?: number;
  /** When a failure is presented again, instead of the queue's `retry` and `maxAttempts`. */
  readonly retry?: RetryPolicy;
  /** Imports the code. A worker calls it when the function is first run; a process that only enqueues never does. */
  readonly load: () => Promise<TaskHandler<Arguments, Result>>;
  /**
   * Called when the function could not handle the end of the task, or of an attempt, itself: its worker was killed or died,
   * or the task was cancelled while it waited. Runs in the transaction that stores that end. Secret arguments are left out.
   */
  readonly onLost?: (args: Partial<Arguments>, failure: TaskFailure, context: LossContext) => Promise<void>;
}

/** A function of whatever arguments and result, as the registry of a worker holds it. */
// biome-ignore lint/suspicious/noExplicitAny: arguments are contravariant, so no narrower type holds every function.
export type AnyTaskFunction = TaskFunction<any, JsonValue>;

/** Defines a function that can be queued, with the types of its arguments and its result. */
export function defineTaskFunction<Arguments extends TaskArguments, Result extends JsonValue>(definition: {
  readonly name: string;
  readonly secretArguments?: readonly (keyof Arguments & string)[];
  readonly secretSubject?: (args: Partial<Arguments>) => string;
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  readonly load: () => Promise<TaskHandler<Arguments, Result>>;
  readonly onLost?: (args: Partial<Arguments>, failure: TaskFailure, context: LossContext) => Promise<void>;
}): TaskFunction<Arguments, Result> {
  return { secretArguments: [], ...definition };
}
