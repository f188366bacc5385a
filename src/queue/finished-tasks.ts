import type { DatabaseOrTransaction } from '../platform/database/connection.ts';
import type { TaskArguments, TaskOutcome } from './task-function.ts';
import type { PackedOptions } from './task-options.ts';
import type { TaskPackage } from './task-package.ts';

/** One attempt that ended, ready to be stored. */
export interface FinishedAttempt {
  readonly task: TaskPackage;
  readonly attemptCount: number;
  readonly outcome: TaskOutcome;
  /** As stored: sealed, and without secrets where the task has succeeded. */
  readonly args: TaskArguments;
  /** Whether somebody asked for its end. */
  readonly cancelled?: boolean;
}

/**
 * Stores how attempts ended, in one statement: one row a task, which later attempts update; a success is
 * never overwritten.
 */
export async function saveFinishedAttempts(
  transaction: DatabaseOrTransaction,
  queueName: string,
  attempts: readonly FinishedAttempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map(({ task, attemptCount, outcome, args, cancelled = false }) => ({
    id: task.id,
    name: task.name,
    func: task.func,
    args,
    result: outcome.result,
    group: task.group,
    cluster: queueName,
    started: task.started,
    success: outcome.success,
    attempt_count: attemptCount,
    hook: task.options?.hook ?? null,
    options: task.options ?? {},
    resubmitted_from: task.options?.resubmittedFrom ?? null,
    cancelled,
  }));
  await transaction.raw(
    `INSERT INTO tasks (id, name, func, args, result, "group", cluster, started, stopped, success,
       attempt_count, hook, options, resubmitted_from, cancelled)
     SELECT id, name, func, args, result, "group", cluster, started, clock_timestamp(), success,
       attempt_count, hook, options, resubmitted_from, cancelled
     FROM json_to_recordset(?::json) AS finished (id uuid, name text, func text, args jsonb, result jsonb,
       "group" text, cluster text, started timestamptz, success boolean, attempt_count integer, hook text,
       options jsonb, resubmitted_from uuid, cancelled boolean)
     ON CONFLICT (id) DO UPDATE SET args = excluded.args, result = excluded.result, stopped = excluded.stopped,
       success = excluded.success, attempt_count = excluded.attempt_count, cancelled = excluded.cancelled
     WHERE NOT tasks.success`,
    [JSON.stringify(rows)],
  );
}

/** What is needed to enqueue a failed task again. */
export interface ResubmittableTask {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  /** Secret arguments are sealed. */
  readonly args: TaskArguments;
  readonly group: string | null;
  readonly options: PackedOptions;
}

/** Locks failed tasks until the transaction ends; answers their ids. Ids of others are passed over. */
export async function lockFailedTasks(
  transaction: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<string[]> {
  return transaction('tasks').whereIn('id', ids).where({ success: false }).forUpdate().pluck('id');
}

/** Takes failed tasks out of the table, but for those that an engine holds, as their next attempt runs. */
export async function takeFailedTasks(
  transaction: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<ResubmittableTask[]> {
  return transaction('tasks')
    .whereIn('id', ids)
    .where({ success: false })
    .whereNotExists(transaction('leases').whereRaw('task_id = tasks.id'))
    .delete()
    .returning<ResubmittableTask[]>(['id', 'name', 'func', 'args', 'group', 'options']);
}

/** Removes finished tasks; answers how many there were. */
export async function deleteTasks(database: DatabaseOrTransaction, ids: readonly string[]): Promise<number> {
  return database('tasks').whereIn('id', ids).delete();
}
