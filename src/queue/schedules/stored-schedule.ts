import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import type { TaskArguments } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';
import type { ScheduleTiming } from './schedule-times.ts';

/** A schedule, as it is kept. */
export interface StoredSchedule extends ScheduleTiming {
  readonly id: string;
  readonly name: string | null;
  /** The queue that its tasks go to. */
  readonly cluster: string;
  /** The function's name. */
  readonly func: string;
  /** Secret arguments are sealed. */
  readonly args: TaskArguments;
  /** The hook's name. */
  readonly hook: string | null;
  readonly taskName: string | null;
  readonly taskOptions: PackedOptions;
  /** Slots that are left; -1 for no end. */
  readonly repeats: number;
  readonly nextRun: Date;
  readonly intendedDateKwarg: string | null;
  /** Whether missed slots are all run; null if the engine's settings say. */
  readonly catchUp: boolean | null;
  readonly paused: boolean;
  /** When it last enqueued a task, and which. */
  readonly lastRun: Date | null;
  readonly lastTaskId: string | null;
  /** How that task ended; null while it has not, or when nothing is known of it any more. */
  readonly lastSuccess: boolean | null;
  /** Why a slot gave no task, the last time that one did not; null if none ever did. */
  readonly error: string | null;
  /** How many slots gave no task. */
  readonly missedSlots: number;
  readonly created: Date;
  /** Over what its tasks are made of. */
  readonly signature: string | null;
}

/** Which schedules are asked for. */
export interface SchedulePage {
  readonly limit: number;
  readonly offset: number;
  /** These alone; UUIDs. */
  readonly ids?: readonly string[];
}

/** A moment of a row: milliseconds since 1970, which JSON and JavaScript hold exactly. */
type Moments = 'firstRun' | 'nextRun' | 'lastRun' | 'created';

/** A row as {@link SCHEDULE_COLUMNS} reads it. */
export type ScheduleRow = Omit<StoredSchedule, Moments> & {
  readonly [Moment in Moments]: StoredSchedule[Moment] extends Date ? number : number | null;
};

/** What a `SELECT` from `schedules` names for a {@link ScheduleRow}. */
export const SCHEDULE_COLUMNS = `
  id, name, cluster, func, args, hook, task_name AS "taskName", task_options AS "taskOptions",
  schedule_type AS "scheduleType", minutes, cron, time_zone AS "timeZone", repeats,
  intended_date_kwarg AS "intendedDateKwarg", catch_up AS "catchUp", paused, last_task_id AS "lastTaskId",
  (SELECT success FROM queue.tasks WHERE tasks.id = last_task_id) AS "lastSuccess", error, missed_slots AS "missedSlots", signature,
  ${milliseconds('first_run')} AS "firstRun", ${milliseconds('next_run')} AS "nextRun",
  ${milliseconds('last_run')} AS "lastRun", ${milliseconds('created')} AS created`;

/** The schedule of a row. */
export function scheduleOf(row: ScheduleRow): StoredSchedule {
  return {
    ...row,
    firstRun: new Date(row.firstRun),
    nextRun: new Date(row.nextRun),
    lastRun: row.lastRun === null ? null : new Date(row.lastRun),
    created: new Date(row.created),
  };
}

/** Some of the schedules, that which is due next first; those that have had all their slots last. */
export async function listSchedules(
  database: DatabaseOrTransaction,
  { limit, offset, ids }: SchedulePage,
): Promise<readonly StoredSchedule[]> {
  const { rows } = await database.raw<{ rows: ScheduleRow[] }>(
    `SELECT ${SCHEDULE_COLUMNS} FROM queue.schedules
     WHERE (:ids::uuid[] IS NULL OR id = ANY (:ids::uuid[]))
     ORDER BY repeats = 0, next_run, id LIMIT :limit OFFSET :offset`,
    { ids: ids ? [...ids] : null, limit, offset },
  );
  return rows.map(scheduleOf);
}

/** One schedule; `undefined` if there is none. */
export async function findSchedule(
  database: DatabaseOrTransaction,
  id: string,
): Promise<StoredSchedule | undefined> {
  const [found] = await listSchedules(database, { limit: 1, offset: 0, ids: [id] });
  return found;
}

/** Holds schedules until the transaction ends, so that no engine runs them meanwhile. */
export async function lockSchedules(
  transaction: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<readonly StoredSchedule[]> {
  const { rows } = await transaction.raw<{ rows: ScheduleRow[] }>(
    `SELECT ${SCHEDULE_COLUMNS} FROM queue.schedules WHERE id = ANY (?::uuid[]) ORDER BY id FOR UPDATE`,
    [[...ids]],
  );
  return rows.map(scheduleOf);
}

/** What time it is, by the clock that decides when slots are due. */
export async function databaseNow(database: DatabaseOrTransaction): Promise<Date> {
  const { rows } = await database.raw<{ rows: { now: number }[] }>(
    `SELECT ${milliseconds('clock_timestamp()')} AS now`,
  );
  return new Date(rows[0]?.now ?? Date.now());
}

/** SQL for a moment in whole milliseconds, rounded down: a moment is never taken for later than it is. */
export function milliseconds(moment: string): string {
  return `floor(extract(epoch FROM ${moment}) * 1000)::double precision`;
}
