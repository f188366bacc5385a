import { type ArrayElement, arrayLiteral } from '../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import { prepared } from '../../platform/database/prepared.ts';
import { isoOf } from '../../platform/database/timestamps.ts';
import type { FinishedTask } from '../tasks/finished-task.ts';
import { holdsSecrets, withoutSealedArguments } from '../tasks/sealed-arguments.ts';
import type { TaskArguments, TaskOutcome } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';
import type { TaskPackage } from '../tasks/task-package.ts';
import type { AttemptCourse } from './attempts.ts';
import type { FailedCall, FailedTaskSigner } from './failed-task-signer.ts';

/** One attempt that ended, ready to be stored. */
export interface FinishedAttempt {
  readonly task: TaskPackage;
  readonly attemptCount: number;
  readonly outcome: TaskOutcome;
  /** As stored: sealed, and without secrets where the task has succeeded. */
  readonly args: TaskArguments;
  /** Whether the task was cancelled. */
  readonly cancelled?: boolean;
  /** Whether its package could not be verified: what failed so is not signed, and cannot be sent back. */
  readonly isUnverified?: boolean;
  /** How the attempt was made; absent if none was. */
  readonly course?: AttemptCourse | undefined;
}

/**
 * Stores how attempts ended, in one statement: one row a task, which later attempts update; a success is
 * never overwritten.
 *
 * @param signer signs the failures.
 * @returns when those attempts ended that were stored, by their tasks' ids.
 */
export async function saveFinishedAttempts(
  transaction: DatabaseOrTransaction,
  queueName: string,
  attempts: readonly FinishedAttempt[],
  signer: FailedTaskSigner,
): Promise<ReadonlyMap<string, string>> {
  if (attempts.length === 0) return new Map();
  const rows = attempts.map((attempt) => rowOf(attempt, queueName, signer));
  const stored = await prepared<{ id: string; stopped: string }>(
    transaction,
    SAVE,
    COLUMNS.map(({ name }) => arrayLiteral(rows.map((row) => row[name]))),
  );
  return new Map(stored.rows.map(({ id, stopped }) => [id, isoOf(stopped)]));
}

/** The columns that are written, and the types of what is written. */
const COLUMNS = [
  { name: 'id', type: 'uuid' },
  { name: 'name', type: 'text' },
  { name: 'func', type: 'text' },
  { name: 'hook', type: 'text' },
  { name: 'args', type: 'jsonb' },
  { name: 'options', type: 'jsonb' },
  { name: 'result', type: 'jsonb' },
  { name: 'group', type: 'text' },
  { name: 'cluster', type: 'text' },
  { name: 'started', type: 'timestamptz' },
  { name: 'success', type: 'boolean' },
  { name: 'cancelled', type: 'boolean' },
  { name: 'attempt_count', type: 'integer' },
  { name: 'resubmitted_from', type: 'uuid' },
  { name: 'holds_secrets', type: 'boolean' },
  { name: 'signature', type: 'text' },
  { name: 'engine_id', type: 'uuid' },
  { name: 'host', type: 'text' },
  { name: 'worker_pid', type: 'integer' },
  { name: 'taken_ago', type: 'double precision' },
  { name: 'began_ago', type: 'double precision' },
  { name: 'waited_seconds', type: 'double precision' },
  { name: 'ran_seconds', type: 'double precision' },
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number]['name'], ArrayElement>>;

/** Columns that are stored as they are written. */
const SAME_COLUMNS = COLUMNS.map(({ name }) => `"${name}"`).filter((name) => !name.endsWith('_ago"'));

const SAVE = `
  INSERT INTO queue.tasks (${SAME_COLUMNS.join(', ')}, stopped, taken, began)
  SELECT ${SAME_COLUMNS.join(', ')}, clock_timestamp(), clock_timestamp() - taken_ago * interval '1 second',
    clock_timestamp() - began_ago * interval '1 second'
  FROM unnest(${COLUMNS.map(({ type }) => `?::${type}[]`).join(', ')})
    AS finished (${COLUMNS.map(({ name }) => `"${name}"`).join(', ')})
  ON CONFLICT (id) DO UPDATE SET args = excluded.args, result = excluded.result, stopped = excluded.stopped,
    success = excluded.success, attempt_count = excluded.attempt_count, cancelled = excluded.cancelled,
    options = excluded.options, holds_secrets = excluded.holds_secrets, signature = excluded.signature,
    secrets_removed = NULL, engine_id = excluded.engine_id, host = excluded.host,
    worker_pid = excluded.worker_pid, taken = excluded.taken, began = excluded.began,
    waited_seconds = excluded.waited_seconds, ran_seconds = excluded.ran_seconds
  WHERE NOT tasks.success
  RETURNING id, stopped`;

function rowOf(
  { task, attemptCount, outcome, args, cancelled = false, isUnverified, course }: FinishedAttempt,
  queueName: string,
  signer: FailedTaskSigner,
): Row {
  const { id, name, func, group, started, options = {} } = task;
  const isSigned = !outcome.success && !isUnverified;
  return {
    id,
    name,
    func,
    hook: options.hook ?? null,
    args: JSON.stringify(args),
    options: JSON.stringify(outcome.success ? withoutChain(options) : options),
    result: outcome.result === null ? null : JSON.stringify(outcome.result),
    group,
    cluster: queueName,
    started,
    success: outcome.success,
    cancelled,
    attempt_count: attemptCount,
    resubmitted_from: options.resubmittedFrom ?? null,
    holds_secrets: !outcome.success && holdsSecrets(args, options),
    signature: isSigned ? signer.sign(failedCall(task, args, queueName)) : null,
    engine_id: course?.engineId ?? null,
    host: course?.host ?? null,
    worker_pid: course?.workerPid ?? null,
    taken_ago: course?.takenAgoSeconds ?? null,
    began_ago: course?.begunAgoSeconds ?? null,
    waited_seconds: course?.waitedSeconds ?? null,
    ran_seconds: course?.ranSeconds ?? null,
  };
}

function failedCall(
  { id, name, func, group, options = {} }: TaskPackage,
  args: TaskArguments,
  queueName: string,
): FailedCall {
  return { id, name, func, args, group, queueName, options };
}

/** The links that follow hold secrets of tasks that are still to come, and are not this one's any more. */
function withoutChain({ chain: _, ...options }: PackedOptions): PackedOptions {
  return options;
}

/** Removes the failures of tasks whose success is stored elsewhere, or not at all, with all attempts at them. */
export async function forgetFailures(
  transaction: DatabaseOrTransaction,
  taskIds: readonly string[],
): Promise<void> {
  if (taskIds.length === 0) return;
  await transaction.raw(
    `WITH attempts AS (DELETE FROM queue.failed_attempts WHERE task_id = ANY (:ids::uuid[]))
     DELETE FROM queue.tasks WHERE id = ANY (:ids::uuid[]) AND NOT success`,
    { ids: [...taskIds] },
  );
}

/** A failed task, as the table has it. Whether it is what was stored has to be verified. */
export interface FailedTask extends FailedCall {
  readonly signature: string | null;
  /** When its secrets were removed, by Postgres's clock; `null` if it has them, or never had any. */
  readonly secretsRemoved: string | null;
}

const FAILED_TASK_COLUMNS = [
  'id',
  'name',
  'func',
  'args',
  'group',
  'cluster AS queueName',
  'options',
  'signature',
  'secrets_removed AS secretsRemoved',
];

/** Locks failed tasks until the transaction ends. Ids of others are left out, and those of iterations. */
export async function lockFailedTasks(
  transaction: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<FailedTask[]> {
  return transaction('queue.tasks')
    .whereRaw('id = ANY (?::uuid[])', [[...ids]])
    .where({ success: false })
    .whereRaw(`options -> 'isCollation' IS NULL`)
    .orderBy('id')
    .forUpdate()
    .select<FailedTask[]>(FAILED_TASK_COLUMNS);
}

/** Takes failed tasks out of the table, but for those that an engine holds, as their next attempt runs. */
export async function takeFailedTasks(
  transaction: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<FailedTask[]> {
  return transaction('queue.tasks')
    .whereRaw('id = ANY (?::uuid[])', [[...ids]])
    .where({ success: false })
    .whereNotExists(transaction('queue.leases').whereRaw('task_id = tasks.id'))
    .delete()
    .returning<FailedTask[]>(FAILED_TASK_COLUMNS);
}

/**
 * Removes the secrets of failed tasks of a queue whose latest attempt ended so long ago, also those of the links behind
 * them: they cannot be sent back any more. Returns how many there were, `limit` at most.
 */
export async function removeOldSecrets(
  transaction: DatabaseOrTransaction,
  queueName: string,
  ageSeconds: number,
  limit: number,
): Promise<number> {
  const old: Pick<FailedTask, 'id' | 'args' | 'options'>[] = await transaction('queue.tasks')
    .where({ cluster: queueName })
    .whereRaw('holds_secrets')
    .whereRaw(`stopped < clock_timestamp() - ? * interval '1 second'`, [ageSeconds])
    .orderBy('stopped')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .select('id', 'args', 'options');
  if (old.length === 0) return 0;
  const rows = old.map(({ id, args, options }) => ({
    id,
    args: withoutSealedArguments(args),
    options: withoutSecretsOfChain(options),
  }));
  await transaction.raw(
    `UPDATE queue.tasks SET args = stripped.args, options = stripped.options, holds_secrets = false,
       signature = NULL, secrets_removed = clock_timestamp()
     FROM json_to_recordset(?::json) AS stripped (id uuid, args jsonb, options jsonb)
     WHERE tasks.id = stripped.id`,
    [JSON.stringify(rows)],
  );
  return rows.length;
}

function withoutSecretsOfChain({ chain, ...options }: PackedOptions): PackedOptions {
  if (chain === undefined) return options;
  return { ...options, chain: chain.map((link) => ({ ...link, args: withoutSealedArguments(link.args) })) };
}

/**
 * Removes finished tasks, with the attempts at them; returns how many there were. An iteration that loses a failed part can never be complete, and is
 * removed too.
 */
export async function deleteTasks(database: DatabaseOrTransaction, ids: readonly string[]): Promise<number> {
  return deleteWhere(database, 'id = ANY (?::uuid[])', [...ids]);
}

/** Removes the finished tasks of a group, likewise. */
export async function deleteGroupTasks(database: DatabaseOrTransaction, group: string): Promise<number> {
  return deleteWhere(database, '"group" = ?', group);
}

async function deleteWhere(
  database: DatabaseOrTransaction,
  condition: string,
  value: string | string[],
): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    `WITH deleted AS (
       DELETE FROM queue.tasks WHERE ${condition} RETURNING id, options #>> '{iteration,id}' AS iteration
     ), broken AS (
       DELETE FROM queue.iterations WHERE id IN (SELECT iteration::uuid FROM deleted WHERE iteration IS NOT NULL)
     ), attempts AS (
       DELETE FROM queue.failed_attempts USING deleted WHERE task_id = deleted.id
     )
     SELECT count(*)::integer AS count FROM deleted`,
    [value],
  );
  return rows[0]?.count ?? 0;
}

/** Returns the finished task that hooks and readers see. @param stopped when the attempt ended. */
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
    waitedSeconds: attempt.course?.waitedSeconds ?? null,
    ranSeconds: attempt.course?.ranSeconds ?? null,
    resubmittedFrom: task.options?.resubmittedFrom ?? null,
  };
}

/** A moment of JavaScript's, as Postgres's are written. */
export function withMicroseconds(isoTimestamp: string): string {
  return new Date(isoTimestamp).toISOString().replace('Z', '000Z');
}
