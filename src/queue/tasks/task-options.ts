import type { Knex } from 'knex';
import type { HookFunction } from './finished-task.ts';
import type { RetryPolicy, TaskArguments } from './task-function.ts';

/** Options of `asyncTask`, under Django-Q's names; times are seconds. */
export interface TaskOptions {
  /** The caller's transaction: the task is queued if and only if it commits. */
  readonly transaction?: Knex.Transaction;
  /**
   * The task's id, where the caller has to know it before; otherwise one is made. Where a task of the queue that waits or
   * runs has this id, nothing more is enqueued.
   */
  readonly id?: string;
  /** A name of up to 250 characters; default: four words made from the id. */
  readonly taskName?: string;
  /** A label by which results can be read together, of up to 250 characters. */
  readonly group?: string;
  /** Called, as a task of its own, with the task each time an attempt at it has ended. */
  readonly hook?: HookFunction;
  /** How long an attempt may run, instead of the function's or the queue's. */
  readonly timeout?: number;
  /** Whether a failure counts as delivered, so that it is not presented again; default: as the queue's settings say. */
  readonly ackFailure?: boolean;
  /** Whether a success is kept; default: as the queue's `saveLimit` says. */
  readonly save?: boolean;
  /** Whether the result goes to the cache instead of the database; a number of seconds, or `true` for the queue's. */
  readonly cached?: boolean | number;
  /** Runs the function here and now, without a broker; what it throws comes to the caller. */
  readonly sync?: boolean;
  /** The queue, instead of the one that was opened. */
  readonly cluster?: string;
  /** Higher ones go first; default: 0. Has no effect with Amazon SQS, which has no order. */
  readonly priority?: number;
  /** How long until the task may start. */
  readonly delay?: number;
  /** No second task with this key is queued for as long as one waits or runs: the first one's id is returned. */
  readonly uniqueKey?: string;
  /** Tasks with this key run at most `limit` at a time, over all engines; see {@link TaskOptions.limit}. */
  readonly limitKey?: string;
  /** How many tasks with the same `limitKey` may run at a time, from 1 to 100; default: 1. */
  readonly limit?: number;
  /** Whose task it is: the keys that have tasks waiting get turns, however many tasks each has waiting. */
  readonly fairnessKey?: string;
  /** How often, and when, the task is presented again after a failure; what is left out is the function's, then the queue's. */
  readonly retry?: RetryPolicy;
}

/** Names, groups and keys are indexed, and an index holds no long texts: a longer one could be enqueued, but never stored. */
export const LONGEST_LABEL_CHARACTERS = 250;

/** The greatest `limit`. */
export const GREATEST_LIMIT = 100;

/** The options of one call of many that are enqueued together. */
export type CallOptions = Omit<TaskOptions, 'transaction' | 'sync' | 'cluster'>;

/** Where and how tasks are enqueued that belong together. */
export type EnqueueOptions = {
  readonly [Name in 'transaction' | 'sync' | 'cluster']?: TaskOptions[Name] | undefined;
};

/** One link of a chain that is still to run. */
export interface PackedLink {
  /** Absent where it is to be made from the task's id. */
  readonly name?: string;
  readonly func: string;
  /** Secret arguments are sealed. */
  readonly args: TaskArguments;
  /** Absent where none was given. */
  readonly options?: PackedOptions;
}

/** The options that travel with a task to its engine, and stay with its result; absent ones are left out. */
export interface PackedOptions {
  /** The hook's name. */
  readonly hook?: string;
  readonly timeoutSeconds?: number;
  readonly ackFailure?: boolean;
  readonly save?: boolean;
  readonly cached?: boolean | number;
  readonly priority?: number;
  readonly uniqueKey?: string;
  readonly limitKey?: string;
  readonly limit?: number;
  readonly fairnessKey?: string;
  readonly retry?: RetryPolicy;
  /** The links that follow when this one has succeeded. */
  readonly chain?: readonly PackedLink[];
  /** The iteration that this task is a part of, and the index of its element. */
  readonly iteration?: { readonly id: string; readonly index: number };
  /** Whether this is the result of an iteration that could not be stored: there is no call that could be sent back. */
  readonly isCollation?: true;
  /** The failed task that was sent back as this one. */
  readonly resubmittedFrom?: string;
  /** What sealed arguments belong to, where the function does not declare it: the same for as long as they exist. */
  readonly secretSubject?: string;
  /** Who sent it back, for people. */
  readonly resubmittedBy?: string;
}

/** A call cannot be enqueued as it is. */
export class TaskOptionsError extends Error {
  override readonly name = 'TaskOptionsError';
}
