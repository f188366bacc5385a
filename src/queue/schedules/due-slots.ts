import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { isRefusal } from '../../platform/database/refusal.ts';
import { errorMessage } from '../../platform/error-message.ts';
import type { Logger } from '../../platform/logging.ts';
import type { PackedTask } from '../tasks/packing.ts';
import { packSlot } from './pack-slot.ts';
import { ScheduleSignatureError, type ScheduleSigner } from './schedule-signer.ts';
import { planSlots, type SlotLimits, type SlotPlan } from './slot-plan.ts';
import {
  milliseconds,
  SCHEDULE_COLUMNS,
  type ScheduleRow,
  type StoredSchedule,
  scheduleOf,
} from './stored-schedule.ts';

/**
 * Enqueues tasks in a transaction, and returns their ids. For a task that was left out, because another task has its
 * unique key, that is the id of the other task.
 */
export type EnqueueTasks = (
  tasks: readonly PackedTask[],
  transaction: Knex.Transaction,
) => Promise<readonly string[]>;

/** What {@link runDueSlots} needs. */
export interface DueSlotsOptions {
  readonly database: Database;
  /** Whose schedules are run. */
  readonly queueName: string;
  readonly enqueue: EnqueueTasks;
  readonly signer: ScheduleSigner;
  /** What holds for schedules that do not say whether they catch up. */
  readonly catchUp: boolean;
  readonly logger: Logger;
}

/** Schedules of one transaction at most, and tasks of one; their arguments are all in memory for a moment. */
const MOST_SCHEDULES = 50;
const MOST_TASKS = 100;

/** How long a schedule is left alone that could not be verified: an engine that has its key may come first then. */
const LEFT_SECONDS = 10;

/** A schedule whose turn it is. */
interface Turn extends SlotPlan {
  readonly tasks: readonly PackedTask[];
  /** Why it is left as it is: it may have been forged. */
  readonly unverified?: string;
  /** Why its slots cannot be computed. */
  readonly fault?: string;
}

/** What became of it. */
interface Outcome extends Turn {
  readonly taskIds: readonly string[];
  /** Why its slots gave no tasks. */
  readonly error?: string;
}

/**
 * Enqueues the slots that are due, and moves their schedules on, in one transaction: so a slot gives one task,
 * however many engines do this at the same time. A schedule that cannot be computed any more is paused; one whose task
 * is refused has lost that slot. Both are logged, counted in the schedule's row, and keep no other from running. One that
 * was changed in the table stays due, and its row says why.
 *
 * @returns how many schedules there were; none where others have them in hand.
 */
export async function runDueSlots(options: DueSlotsOptions): Promise<number> {
  const outcomes = await runTogether(options).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    return runApart(options);
  });
  const { logger } = options;
  for (const { schedule, taskIds, unverified, fault, error } of outcomes) {
    const about = { scheduleId: schedule.id, schedule: schedule.name, func: schedule.func };
    if (unverified !== undefined) {
      // It comes again and again, and is logged once.
      if (schedule.error !== unverified)
        logger.error({ ...about, reason: unverified }, 'schedule left alone: it cannot be verified');
    } else if (fault !== undefined) {
      logger.error({ ...about, reason: fault }, 'schedule paused: its times cannot be computed');
    } else if (error !== undefined) {
      logger.error({ ...about, reason: error }, 'a slot of a schedule gave no task');
    } else {
      logger.info({ ...about, taskIds }, 'schedule enqueued its tasks');
    }
  }
  return outcomes.length;
}

/** SQL: what is not left alone at present. */
const IS_NOT_LEFT = '(left_until IS NULL OR left_until <= statement_timestamp())';

/** How long until a slot is due; `undefined` if there is none, negative where one is overdue. */
export async function secondsUntilNextSlot(
  database: Database,
  queueName: string,
): Promise<number | undefined> {
  const { rows } = await database.raw<{ rows: { seconds: number }[] }>(
    `SELECT extract(epoch FROM next_run - clock_timestamp())::double precision AS seconds FROM queue.schedules
     WHERE cluster = ? AND NOT paused AND repeats <> 0 AND ${IS_NOT_LEFT} ORDER BY next_run LIMIT 1`,
    [queueName],
  );
  return rows[0]?.seconds;
}

/** Enqueues what is due at once. */
function runTogether(options: DueSlotsOptions): Promise<readonly Outcome[]> {
  return options.database.transaction(async (transaction) => {
    const turns = await takeDueSchedules(options, transaction);
    const tasks = turns.flatMap((turn) => turn.tasks);
    const ids = tasks.length > 0 ? await options.enqueue(tasks, transaction) : [];
    let end = 0;
    const outcomes = turns.map((turn) => {
      end += turn.tasks.length;
      return { ...turn, taskIds: ids.slice(end - turn.tasks.length, end) };
    });
    await storeOutcomes(outcomes, options.signer, transaction);
    return outcomes;
  });
}

/** Enqueues what is due schedule by schedule, so that the one is found to which a refusal is due. */
function runApart(options: DueSlotsOptions): Promise<readonly Outcome[]> {
  return options.database.transaction(async (transaction) => {
    const outcomes: Outcome[] = [];
    for (const turn of await takeDueSchedules(options, transaction)) {
      outcomes.push(await enqueueAlone(turn, options.enqueue, transaction));
    }
    await storeOutcomes(outcomes, options.signer, transaction);
    return outcomes;
  });
}

/** Enqueues behind a savepoint: what is refused leaves nothing, and the transaction goes on. */
async function enqueueAlone(
  turn: Turn,
  enqueue: EnqueueTasks,
  transaction: Knex.Transaction,
): Promise<Outcome> {
  if (turn.tasks.length === 0) return { ...turn, taskIds: [] };
  try {
    return {
      ...turn,
      taskIds: await transaction.transaction((savepoint) => enqueue(turn.tasks, savepoint)),
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...turn, taskIds: [], error: errorMessage(error) };
  }
}

async function takeDueSchedules(
  { queueName, catchUp, signer }: DueSlotsOptions,
  transaction: Knex.Transaction,
): Promise<Turn[]> {
  const { rows } = await transaction.raw<{ rows: (ScheduleRow & { readonly now: number })[] }>(
    `SELECT ${SCHEDULE_COLUMNS}, ${milliseconds('statement_timestamp()')} AS now FROM queue.schedules
     WHERE cluster = ? AND NOT paused AND repeats <> 0 AND next_run <= statement_timestamp()
       AND ${IS_NOT_LEFT}
     ORDER BY next_run LIMIT ? FOR UPDATE SKIP LOCKED`,
    [queueName, MOST_SCHEDULES],
  );
  const turns: Turn[] = [];
  let tasksLeft = MOST_TASKS;
  for (const { now, ...row } of rows) {
    // Those for which there is no room are still due afterwards.
    if (tasksLeft === 0) break;
    const schedule = scheduleOf(row);
    const limits = { mostSlots: tasksLeft, catchUp: schedule.catchUp ?? catchUp };
    const turn = signer.isSigned(schedule) ? takeTurn(schedule, new Date(now), limits) : leaveAlone(schedule);
    tasksLeft -= turn.tasks.length;
    turns.push(turn);
  }
  return turns;
}

function takeTurn(schedule: StoredSchedule, now: Date, limits: SlotLimits): Turn {
  try {
    const plan = planSlots(schedule, now, limits);
    return { ...plan, tasks: plan.slots.map((slot) => packSlot(schedule, slot)) };
  } catch (error) {
    const { nextRun, repeats } = schedule;
    const fault = errorMessage(error);
    return { schedule, slots: [nextRun], nextRun, repeats, isOver: false, tasks: [], fault };
  }
}

function leaveAlone(schedule: StoredSchedule): Turn {
  const { nextRun, repeats } = schedule;
  const unverified = new ScheduleSignatureError().message;
  return { schedule, slots: [], nextRun, repeats, isOver: false, tasks: [], unverified };
}

async function storeOutcomes(
  outcomes: readonly Outcome[],
  signer: ScheduleSigner,
  transaction: Knex.Transaction,
): Promise<void> {
  const goes = ({ isOver, error }: Outcome) => isOver && error === undefined;
  const over = outcomes.filter(goes).map(({ schedule }) => schedule.id);
  if (over.length > 0) await transaction('queue.schedules').whereIn('id', over).delete();
  const rows = outcomes
    .filter((outcome) => !goes(outcome))
    .map(
      ({ schedule, nextRun, repeats, taskIds, slots, unverified, fault, error = fault ?? unverified }) => ({
        id: schedule.id,
        next_run: nextRun.toISOString(),
        repeats,
        last_task_id: taskIds.at(-1) ?? null,
        error: error ?? null,
        missed: error === undefined ? 0 : slots.length,
        is_broken: fault !== undefined,
        left_seconds: unverified === undefined ? null : LEFT_SECONDS,
        // With the key of today: the earlier one can be removed in time.
        signature: unverified === undefined ? signer.sign(schedule) : null,
      }),
    );
  if (rows.length === 0) return;
  await transaction.raw(
    `UPDATE queue.schedules SET next_run = ran.next_run, repeats = ran.repeats,
       last_run = CASE WHEN ran.last_task_id IS NULL THEN last_run ELSE statement_timestamp() END,
       last_task_id = coalesce(ran.last_task_id, schedules.last_task_id),
       error = coalesce(ran.error, CASE WHEN left_until IS NULL THEN schedules.error END), missed_slots = missed_slots + ran.missed,
       paused = paused OR ran.is_broken, signature = coalesce(ran.signature, schedules.signature),
       left_until = statement_timestamp() + ran.left_seconds * interval '1 second'
     FROM json_to_recordset(?::json) AS ran (id uuid, next_run timestamptz, repeats integer, last_task_id uuid,
       error text, missed integer, is_broken boolean, left_seconds integer, signature text)
     WHERE schedules.id = ran.id`,
    [JSON.stringify(rows)],
  );
}
