import type { Knex } from 'knex';
import type { JsonValue, TaskArguments, TaskFunction } from './task-function.ts';

/** Options of `asyncTask`, under Django-Q's names. */
export interface TaskOptions {
  /** The caller's transaction: the task is queued if and only if it commits. */
  readonly transaction?: Knex.Transaction;
  /** The task's id, where the caller has to know it before; otherwise one is made. */
  readonly id?: string;
  /** A name; otherwise the function's. */
  readonly taskName?: string;
  /** A label by which results can be read together. */
  readonly group?: string;
}

/** One call of many that are enqueued together. */
export interface TaskCall<Arguments extends TaskArguments> {
  readonly args: Arguments;
  readonly options?: Omit<TaskOptions, 'transaction'>;
}

/** Sends functions to the queue. */
export interface TaskQueue {
  /** Enqueues one call; answers the task's id at once. */
  asyncTask<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    options?: TaskOptions,
  ): Promise<string>;
  /** Enqueues many calls of one function in one statement; answers their ids in order. */
  asyncTasks<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    calls: readonly TaskCall<Arguments>[],
    options?: Pick<TaskOptions, 'transaction'>,
  ): Promise<string[]>;
  /** Packages that wait, those delayed included. */
  queueSize(): Promise<number>;
}
