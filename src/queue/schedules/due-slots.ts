import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { isRefusal } from '../../platform/database/refusal.ts';
import { errorMessage } from '../../platform/error-message.ts';
import type { Logger } from '../../platform/logging.ts';
import type { PackedTask } from '../packing.ts';
import { packSlot } from './pack-slot.ts';
import { planSlots, type SlotPlan } from './slot-plan.ts';
import { milliseconds, SCHEDULE_COLUMNS, type ScheduleRow, scheduleOf } from './stored-schedule.ts';

/** Enqueues tasks in a transaction. */
export type EnqueueTasks = (tasks: readonly PackedTask[], transaction: Knex.Transaction) => Promise<unknown>;

/** What {@link runDueSlots} needs. */
export interface DueSlotsOptions {
  readonly database: Database;
  /** Whose schedules are run. */
  readonly queueName: string;
  readonly enqueue: EnqueueTasks;
  /** What holds for schedules that do not say whether they catch up. */
  readonly catchUp: boolean;
  readonly logger: Logger;
}

/** Schedules of one transaction at the most, and tasks of one; their arguments are all in memory for a moment. */
const MOST_SCHEDULES = 50;
const MOST_TASKS = 100;

/** What became of a schedule whose turn it was. */
interface Outcome extends SlotPlan {
  readonly tasks: readonly PackedTask[];
  /** Why its slots gave no tasks. */
  readonly error?: string;
  /** Whether it cannot go on by itself. */
  readonly isBroken?: boolean;
}

/**
 * Enqueues the slots that are due, and moves their schedules on, in one transaction: so a slot gives one task,
 * however many engines do this at the same time. A schedule that cannot be computed any more is paused; one whose task
 * is refused has lost that slot. Both are logged, counted in the schedule's row, and keep no other from running.
 *
 * @returns how many schedules there were; none where others have them in hand.
 */
export async function runDueSlots(options: DueSlotsOptions): Promise<number> {
  const { database, logger } = options;
  const outcomes = await database.transaction(async (transaction) => {
    const planned = await takeDueSchedules(options, transaction);
    const enqueued = await enqueueAll(planned, options.enqueue, transaction);
    await storeOutcomes(enqueued, transaction);
    return enqueued;
  });
  for (const { schedule, tasks, error, isBroken } of outcomes) {
    const about = { scheduleId: schedule.id, schedule: schedule.name, func: schedule.func };
    if (error === undefined) {
      logger.info({ ...about, taskIds: tasks.map(({ task }) => task.id) }, 'schedule enqueued its tasks');
    } else {
      logger.error(
        { ...about, reason: error },
        isBroken ? 'schedule paused: its times cannot be computed' : 'a slot of a schedule gave no task',
      );
    }
  }
  return outcomes.length;
}

/** How long until a slot is due; `undefined` where there is none, negative where one is overdue. */
export async function secondsUntilNextSlot(
  database: Database,
  queueName: string,
): Promise<number | undefined> {
  const { rows } = await database.raw<{ rows: { seconds: number }[] }>(
    `SELECT extract(epoch FROM next_run - clock_timestamp())::double precision AS seconds FROM schedules
     WHERE cluster = ? AND NOT paused AND repeats <> 0 ORDER BY next_run LIMIT 1`,
    [queueName],
  );
  return rows[0]?.seconds;
}

async function takeDueSchedules(
  { queueName, catchUp }: DueSlotsOptions,
  transaction: Knex.Transaction,
): Promise<Outcome[]> {
  const { rows } = await transaction.raw<{ rows: (ScheduleRow & { readonly now: number })[] }>(
    `SELECT ${SCHEDULE_COLUMNS}, ${milliseconds('statement_timestamp()')} AS now FROM schedules
     WHERE cluster = ? AND NOT paused AND repeats <> 0 AND next_run <= statement_timestamp()
     ORDER BY next_run LIMIT ? FOR UPDATE SKIP LOCKED`,
    [queueName, MOST_SCHEDULES],
  );
  const outcomes: Outcome[] = [];
  let tasksLeft = MOST_TASKS;
  for (const { now, ...row } of rows) {
    // Those for which there is no room are still due afterwards.
    if (tasksLeft === 0) break;
    const schedule = scheduleOf(row);
    try {
      const plan = planSlots(schedule, new Date(now), {
        mostSlots: tasksLeft,
        catchUp: schedule.catchUp ?? catchUp,
      });
      tasksLeft -= plan.slots.length;
      outcomes.push({ ...plan, tasks: plan.slots.map((slot) => packSlot(schedule, slot)) });
    } catch (error) {
      const { nextRun, repeats } = schedule;
      const reason = errorMessage(error);
      outcomes.push({
        ...{ schedule, slots: [nextRun], nextRun, repeats, isOver: false, tasks: [] },
        error: reason,
        isBroken: true,
      });
    }
  }
  return outcomes;
}

/** Enqueues everything at once; where that is refused, each schedule by itself, so that the one to blame is found. */
async function enqueueAll(
  outcomes: readonly Outcome[],
  enqueue: EnqueueTasks,
  transaction: Knex.Transaction,
): Promise<readonly Outcome[]> {
  const tasks = outcomes.flatMap((outcome) => outcome.tasks);
  if (tasks.length === 0) return outcomes;
  const refusal = await refusalOf(tasks, enqueue, transaction);
  if (refusal === undefined) return outcomes;
  const judged: Outcome[] = [];
  for (const outcome of outcomes) {
    const error = outcomes.length === 1 ? refusal : await refusalOf(outcome.tasks, enqueue, transaction);
    judged.push(error === undefined ? outcome : { ...outcome, tasks: [], error: outcome.error ?? error });
  }
  return judged;
}

/** Enqueues behind a savepoint; answers why that was refused, and `undefined` where it was not. */
async function refusalOf(
  tasks: readonly PackedTask[],
  enqueue: EnqueueTasks,
  transaction: Knex.Transaction,
): Promise<string | undefined> {
  if (tasks.length === 0) return undefined;
  try {
    await transaction.transaction((savepoint) => enqueue(tasks, savepoint));
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return errorMessage(error);
  }
}

async function storeOutcomes(outcomes: readonly Outcome[], transaction: Knex.Transaction): Promise<void> {
  const over = outcomes.filter(({ isOver, error }) => isOver && error === undefined);
  if (over.length > 0) {
    await transaction('schedules')
      .whereIn(
        'id',
        over.map(({ schedule }) => schedule.id),
      )
      .delete();
  }
  const kept = outcomes.filter((outcome) => !over.includes(outcome));
  if (kept.length === 0) return;
  const rows = kept.map(({ schedule, nextRun, repeats, tasks, slots, error, isBroken = false }) => ({
    id: schedule.id,
    next_run: nextRun.toISOString(),
    repeats,
    last_task_id: tasks.at(-1)?.task.id ?? null,
    error: error ?? null,
    missed: error === undefined ? 0 : slots.length,
    broken: isBroken,
  }));
  await transaction.raw(
    `UPDATE schedules SET next_run = ran.next_run, repeats = ran.repeats,
       last_run = CASE WHEN ran.last_task_id IS NULL THEN last_run ELSE statement_timestamp() END,
       last_task_id = coalesce(ran.last_task_id, schedules.last_task_id),
       error = coalesce(ran.error, schedules.error), missed_slots = missed_slots + ran.missed,
       paused = paused OR ran.broken
     FROM json_to_recordset(?::json) AS ran (id uuid, next_run timestamptz, repeats integer, last_task_id uuid,
       error text, missed integer, broken boolean)
     WHERE schedules.id = ran.id`,
    [JSON.stringify(rows)],
  );
}
