import { randomUUID } from 'node:crypto';
import type { Platform } from '../../platform/platform.ts';
import { queueSettings } from '../settings.ts';
import { type PackedTask, packTask } from '../tasks/packing.ts';
import { haveSameSubject, isSealed } from '../tasks/sealed-arguments.ts';
import type { AnyTaskFunction, JsonValue, TaskArguments, TaskFunction } from '../tasks/task-function.ts';
import {
  type CheckedTimes,
  checkIntendedDateKwarg,
  checkLabels,
  checkTimes,
  type ScheduleOptions,
  ScheduleOptionsError,
  type ScheduleTimes,
} from './schedule-options.ts';
import { ScheduleSigner, type SignedSchedule } from './schedule-signer.ts';
import { nextRuns } from './slot-plan.ts';
import { databaseNow, lockSchedules, type StoredSchedule } from './stored-schedule.ts';

/** Another schedule has this name already. */
export class ScheduleNameTakenError extends Error {
  override readonly name = 'ScheduleNameTakenError';

  constructor(name: string) {
    super(`There is a schedule with the name "${name}" already; change that one, or choose another name`);
  }
}

/** There is no schedule with this id, or no longer. */
export class ScheduleNotFoundError extends Error {
  override readonly name = 'ScheduleNotFoundError';

  constructor(id: string) {
    super(`There is no schedule ${id}; it may have been deleted, or have run its only time`);
  }
}

/** The arguments of a function that can be given a slot's time: those that are texts. */
type TextArgument<Arguments> = {
  [Name in keyof Arguments]-?: string extends Arguments[Name] ? Name : never;
}[keyof Arguments] &
  string;

/**
 * Has a function run at its times: as Django-Q's `schedule`. Whichever engine of its queue comes first enqueues one
 * task for each slot, in the group that is named as the schedule is.
 *
 * @param args all arguments but the one that `intendedDateKwarg` names.
 * @returns the schedule's id.
 * @throws {ScheduleOptionsError}
 * @throws {TaskOptionsError} for arguments and `qOptions` that no task can have.
 * @throws {ScheduleNameTakenError}
 */
export async function schedule<
  Arguments extends TaskArguments,
  Result extends JsonValue,
  IntendedDate extends TextArgument<Arguments> = never,
>(
  platform: Platform,
  taskFunction: TaskFunction<Arguments, Result>,
  args: Omit<Arguments, IntendedDate>,
  options?: ScheduleOptions<IntendedDate>,
): Promise<string>;
export async function schedule(
  platform: Platform,
  taskFunction: AnyTaskFunction,
  args: TaskArguments,
  options: ScheduleOptions = {},
): Promise<string> {
  const database = options.transaction ?? platform.database;
  const packed = packCall(platform, taskFunction, args, options);
  const times = checkTimes(options, await databaseNow(database), platform.settingsOf(queueSettings).timeZone);
  const id = randomUUID();
  const inserted = await database('queue.schedules')
    .insert({
      ...callColumns(platform, signedSchedule(platform, id, packed, options), options),
      ...timeColumns(times),
    })
    .onConflict('name')
    .ignore()
    .returning('id');
  if (inserted.length === 0) throw new ScheduleNameTakenError(options.name ?? '');
  return id;
}

/**
 * Makes a schedule what these arguments and options say, as a form does; its past stays. Where the times stay the same,
 * so does its next slot, unless `nextRun` is given. Secret arguments that are left out stay as they are.
 *
 * @throws {ScheduleNotFoundError}
 * @throws {ScheduleOptionsError}
 * @throws {TaskOptionsError}
 * @throws {ScheduleNameTakenError}
 */
export async function changeSchedule(
  platform: Platform,
  id: string,
  taskFunction: AnyTaskFunction,
  args: TaskArguments,
  { transaction, ...options }: ScheduleOptions,
): Promise<void> {
  const database = transaction ?? platform.database;
  await database.transaction(async (inner) => {
    const [old] = await lockSchedules(inner, [id]);
    if (!old) throw new ScheduleNotFoundError(id);
    const isSigned = new ScheduleSigner(platform).isSigned(old);
    const subject = isSigned ? old.taskOptions.secretSubject : undefined;
    const packed = packCall(platform, taskFunction, args, options, subject);
    const kept = keptSecrets(old, isSigned, taskFunction, packed);
    const times = changedTimes(
      old,
      options,
      await databaseNow(inner),
      platform.settingsOf(queueSettings).timeZone,
    );
    const changed = signedSchedule(platform, id, packed, options);
    await inner('queue.schedules')
      .where({ id })
      .update({
        ...callColumns(platform, { ...changed, args: { ...kept, ...changed.args } }, options),
        ...timeColumns(times),
        error: inner.raw('CASE WHEN left_until IS NULL THEN error END'),
        left_until: null,
      })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new ScheduleNameTakenError(options.name ?? '');
      });
  });
}

/**
 * The next times at which a schedule with these options would run: what a form shows before it is sent.
 *
 * @throws {ScheduleOptionsError}
 */
export async function previewRuns(platform: Platform, times: ScheduleTimes, count: number): Promise<Date[]> {
  const now = await databaseNow(platform.database);
  return nextRuns(checkTimes(times, now, platform.settingsOf(queueSettings).timeZone), count);
}

/** Packs a call as each slot will, so that what no task can have is refused now. */
function packCall(
  { secretBox }: Platform,
  taskFunction: AnyTaskFunction,
  args: TaskArguments,
  { name, cluster, hook, intendedDateKwarg, qOptions = {} }: ScheduleOptions,
  secretSubject?: string,
): PackedTask {
  checkLabels(name, cluster);
  checkIntendedDateKwarg(intendedDateKwarg, taskFunction);
  const callOptions = { ...qOptions, ...(hook ? { hook } : {}) };
  const more = secretSubject === undefined ? {} : { secretSubject };
  return packTask(taskFunction, args, callOptions, secretBox, more);
}

function signedSchedule(
  platform: Platform,
  id: string,
  { task }: PackedTask,
  {
    name,
    cluster = platform.settingsOf(queueSettings).queueName,
    intendedDateKwarg,
    qOptions,
  }: ScheduleOptions,
): SignedSchedule {
  const { hook, ...taskOptions } = task.options ?? {};
  return {
    id,
    name: name ?? null,
    cluster,
    func: task.func,
    args: task.args,
    hook: hook ?? null,
    taskName: qOptions?.taskName ?? null,
    taskOptions,
    intendedDateKwarg: intendedDateKwarg ?? null,
  };
}

function callColumns(
  platform: Platform,
  schedule: SignedSchedule,
  { catchUp }: ScheduleOptions,
): Record<string, unknown> {
  const { id, name, cluster, func, args, hook, taskName, taskOptions, intendedDateKwarg } = schedule;
  return {
    id,
    name,
    cluster,
    func,
    args: JSON.stringify(args),
    hook,
    task_name: taskName,
    task_options: JSON.stringify(taskOptions),
    intended_date_kwarg: intendedDateKwarg,
    catch_up: catchUp ?? null,
    signature: new ScheduleSigner(platform).sign(schedule),
  };
}

function timeColumns(times: CheckedTimes): Record<string, unknown> {
  return {
    schedule_type: times.scheduleType,
    minutes: times.minutes,
    cron: times.cron,
    time_zone: times.timeZone,
    repeats: times.repeats,
    first_run: times.firstRun.toISOString(),
    next_run: times.nextRun.toISOString(),
  };
}

function changedTimes(
  old: StoredSchedule,
  { nextRun, ...options }: ScheduleTimes,
  now: Date,
  defaultTimeZone: string,
): CheckedTimes {
  // A form sends back what it was given, which may be overdue by now.
  if (nextRun && nextRun.getTime() !== old.nextRun.getTime()) {
    return checkTimes({ ...options, nextRun }, now, defaultTimeZone);
  }
  const times = checkTimes(options, now, defaultTimeZone);
  const isSame = (['scheduleType', 'minutes', 'cron', 'timeZone'] as const).every(
    (name) => times[name] === old[name],
  );
  if (isSame) return { ...times, firstRun: old.firstRun, nextRun: old.nextRun };
  if (times.scheduleType === 'cron') return times;
  return { ...times, firstRun: old.nextRun, nextRun: old.nextRun };
}

/** The secrets that are not given again. @throws {ScheduleOptionsError} if they are not to be trusted, or used. */
function keptSecrets(
  old: StoredSchedule,
  isSigned: boolean,
  taskFunction: AnyTaskFunction,
  { task }: PackedTask,
): TaskArguments {
  if (old.func !== taskFunction.name) return {};
  const kept = Object.entries(old.args).filter(
    ([name, value]) =>
      isSealed(value) && taskFunction.secretArguments.includes(name) && task.args[name] === undefined,
  );
  if (kept.length === 0) return {};
  const names = kept.map(([name]) => name).join(', ');
  if (!isSigned) {
    throw new ScheduleOptionsError(
      `The schedule was changed in the database, so that its secrets cannot be kept: give ${names} again`,
    );
  }
  if (!haveSameSubject(taskFunction, { args: old.args, options: old.taskOptions }, task)) {
    throw new ScheduleOptionsError(
      `The secrets of the schedule belong to other arguments: give ${names} again`,
    );
  }
  return Object.fromEntries(kept);
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}
