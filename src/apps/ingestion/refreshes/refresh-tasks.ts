import type { Knex } from 'knex';
import type { StepName } from './plans.ts';

/** The arguments of the task of a step. */
export type StepArguments = { readonly refreshId: string; readonly position: number };

/** The arguments of the task of a slice. */
export type SliceArguments = { readonly refreshId: string; readonly number: number };

/** The arguments of a task about a refresh as a whole. */
export type RefreshArguments = { readonly refreshId: string };

/** The arguments of a task about a model. */
export type ModelArguments = { readonly model: string };

/** How important a message is. */
export type NoticeLevel = 'verbose' | 'info' | 'error';

/** A message to people. */
export type Notice = { readonly level: NoticeLevel; readonly text: string };

/**
 * Enqueues what follows from a refresh, each in the transaction that stores why. `tasks.ts` makes it; it is handed down so that
 * code that runs in a task need not know the task's definition.
 */
export interface RefreshTasks {
  /** Enqueues a step; returns the task's id. */
  enqueueStep(transaction: Knex.Transaction, name: StepName, step: StepArguments): Promise<string>;
  /** Enqueues slices, one task each; returns the ids of the tasks. */
  enqueueSlices(transaction: Knex.Transaction, slices: readonly SliceArguments[]): Promise<readonly string[]>;
  /** Has removed what refreshes of a model have left, and what was kept for long enough. */
  enqueueTidying(transaction: Knex.Transaction, model: string): Promise<void>;
  /** Has stored messages sent. */
  enqueueNotices(transaction: Knex.Transaction): Promise<void>;
  /** Enqueues the task that notifies the caller of a refresh of its end; returns the task's id. */
  enqueueCallback(transaction: Knex.Transaction, refreshId: string): Promise<string>;
  /** Ends tasks that wait or run. */
  cancel(transaction: Knex.Transaction, taskIds: readonly string[], cancelledBy: string): Promise<void>;
}
