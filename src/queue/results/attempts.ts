import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';

/** Who made an attempt, when, and for how long; `null` if that is not known. Ages are seconds before it is stored. */
export interface AttemptCourse {
  readonly engineId: string | null;
  readonly host: string | null;
  readonly workerPid: number | null;
  /** How long ago it was taken from the queue. */
  readonly takenAgoSeconds: number | null;
  /** How long ago its function began; `null` if it did not. */
  readonly begunAgoSeconds: number | null;
  /** From when the task could run until its function began; if it did not begin, until the attempt ended. */
  readonly waitedSeconds: number | null;
  /** How long its function ran. */
  readonly ranSeconds: number | null;
}

/**
 * How an attempt ended: *out of memory* if its worker took more than it may, *interrupted* if its engine ended it to give
 * the task back to the queue.
 */
export type AttemptOutcome =
  | 'succeeded'
  | 'failed'
  | 'timed out'
  | 'worker died'
  | 'out of memory'
  | 'interrupted'
  | 'engine lost'
  | 'cancelled'
  | 'given up';

/** An attempt that ended otherwise than in success, ready to be stored. */
export interface UnsuccessfulAttempt extends AttemptCourse {
  readonly taskId: string;
  /** 1 for the first under this id. */
  readonly number: number;
  readonly outcome: Exclude<AttemptOutcome, 'succeeded'>;
  readonly error: string;
  /** Who resubmitted the task, if it was resubmitted. */
  readonly sentBy: string | null;
}

/** An attempt, as it is stored. Moments are ISO 8601 in UTC, with microseconds. */
export interface StoredAttemptRow {
  /** The id that the task had then: another one if it was resubmitted since. */
  readonly madeAs: string;
  readonly number: number;
  readonly engineId: string | null;
  readonly host: string | null;
  readonly workerPid: number | null;
  readonly taken: string | null;
  readonly began: string | null;
  readonly ended: string;
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  readonly outcome: AttemptOutcome;
  readonly error: string | null;
  readonly sentBy: string | null;
}

/** Attempts of one id that are kept, the newest: a task may fail again and again for days. */
export const KEPT_ATTEMPTS = 100;

/** What is kept of an error: all of the latest one is with the task. */
const ERROR_CHARACTERS = 500;

/** Stores attempts that did not succeed, in one statement. Those that succeed are in the rows of their tasks. */
export async function saveUnsuccessfulAttempts(
  transaction: DatabaseOrTransaction,
  attempts: readonly UnsuccessfulAttempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  await transaction.raw(
    `WITH ended AS (
       SELECT * FROM json_to_recordset(:attempts::json) AS attempt ("taskId" uuid, number integer, "engineId" uuid, host text,
         "workerPid" integer, "takenAgoSeconds" double precision, "begunAgoSeconds" double precision,
         "waitedSeconds" double precision, "ranSeconds" double precision, outcome text, error text, "sentBy" text)
     ), superfluous AS (
       DELETE FROM queue.failed_attempts USING ended
       WHERE task_id = "taskId" AND made_as = "taskId" AND failed_attempts.number = ended.number - :kept
     )
     INSERT INTO queue.failed_attempts (task_id, made_as, number, engine_id, host, worker_pid, taken, began, ended,
       waited_seconds, ran_seconds, outcome, error, sent_by)
     SELECT "taskId", "taskId", number, "engineId", host, "workerPid",
       clock_timestamp() - "takenAgoSeconds" * interval '1 second',
       clock_timestamp() - "begunAgoSeconds" * interval '1 second', clock_timestamp(),
       "waitedSeconds", "ranSeconds", outcome, left(error, ${ERROR_CHARACTERS}), "sentBy"
     FROM ended
     ON CONFLICT (task_id, made_as, number) DO NOTHING`,
    { attempts: JSON.stringify(attempts), kept: KEPT_ATTEMPTS },
  );
}

/** Gives the attempts of tasks to those that they are resubmitted as. @param newIds by the old ids. */
export async function moveAttempts(
  transaction: Knex.Transaction,
  newIds: ReadonlyMap<string, string>,
): Promise<void> {
  if (newIds.size === 0) return;
  await transaction.raw(
    `UPDATE queue.failed_attempts SET task_id = resubmitted."newId"
     FROM unnest(?::uuid[], ?::uuid[]) AS resubmitted ("oldId", "newId") WHERE task_id = resubmitted."oldId"`,
    [[...newIds.keys()], [...newIds.values()]],
  );
}

/** Removes the attempts of tasks that are not stored any more: they were removed from the queue. */
export async function forgetAttemptsOfGone(
  transaction: DatabaseOrTransaction,
  taskIds: readonly string[],
): Promise<number> {
  if (taskIds.length === 0) return 0;
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `DELETE FROM queue.failed_attempts
     WHERE task_id = ANY (?::uuid[]) AND NOT EXISTS (SELECT FROM queue.tasks WHERE id = task_id)`,
    [[...taskIds]],
  );
  return rowCount;
}

/** Returns ids of tasks that have attempts and no row of their own, in order, after an id; `end` if there may be more. */
export async function tasksWithAttemptsOnly(
  database: DatabaseOrTransaction,
  afterId: string,
  limit: number,
): Promise<{ readonly ids: readonly string[]; readonly end: string | undefined }> {
  const { rows } = await database.raw<{ rows: { id: string; isStored: boolean }[] }>(
    `SELECT id, EXISTS (SELECT FROM queue.tasks WHERE tasks.id = known.id) AS "isStored"
     FROM (SELECT DISTINCT task_id AS id FROM queue.failed_attempts WHERE task_id > ? ORDER BY task_id LIMIT ?) AS known
     ORDER BY id`,
    [afterId, limit],
  );
  return {
    ids: rows.filter(({ isStored }) => !isStored).map(({ id }) => id),
    end: rows.length === limit ? rows.at(-1)?.id : undefined,
  };
}

/**
 * Returns the newest attempts at a task, those first that ended last, with those made before it was resubmitted.
 *
 * @param taskId a UUID.
 */
export async function attemptsOf(
  database: Database,
  taskId: string,
  limit: number,
): Promise<readonly StoredAttemptRow[]> {
  return database('queue.attempts')
    .where({ task_id: taskId })
    .orderBy([{ column: 'attempts.ended', order: 'desc' }, 'number'])
    .limit(limit)
    .select<StoredAttemptRow[]>(
      'made_as AS madeAs',
      'number',
      'engine_id AS engineId',
      'host',
      'worker_pid AS workerPid',
      isoTimestamp(database, 'taken', 'taken'),
      isoTimestamp(database, 'began', 'began'),
      isoTimestamp(database, 'ended', 'ended'),
      'waited_seconds AS waitedSeconds',
      'ran_seconds AS ranSeconds',
      'outcome',
      'error',
      'sent_by AS sentBy',
    );
}
