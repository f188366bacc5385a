import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import { queueSettings } from '../settings.ts';
import type { AnyTaskFunction, TaskArguments } from '../tasks/task-function.ts';
import { ScheduleNameTakenError, schedule } from './schedule.ts';
import { checkTimes, type ScheduleOptions, type ScheduleTimes } from './schedule-options.ts';
import { databaseNow, lockSchedules, type StoredSchedule } from './stored-schedule.ts';

/** A schedule that code brings: it has a name, and the transaction is not the caller's. */
export type DeclaredScheduleOptions = Omit<ScheduleOptions, 'transaction' | 'name' | 'nextRun'> & {
  readonly name: string;
};

/** The times that were declared, as they are stored beside the schedule. */
type DeclaredTimes = Pick<StoredSchedule, 'scheduleType' | 'minutes' | 'cron'>;

/**
 * Makes a schedule that code brings, or follows what the code says now of one that is there: its times become the declared ones
 * where those have changed, unless an operator has changed the times. Everything else stays as operators have it.
 *
 * @throws {ScheduleOptionsError}
 * @throws {TaskOptionsError}
 */
export async function declareSchedule(
  platform: Platform,
  taskFunction: AnyTaskFunction,
  args: TaskArguments,
  options: DeclaredScheduleOptions,
): Promise<void> {
  const declared = declaredTimesOf(options);
  await platform.database.transaction(async (transaction) => {
    try {
      await schedule(platform, taskFunction, args, { ...options, transaction });
      await storeDeclared(transaction, options.name, declared);
    } catch (error) {
      // It is there: from an earlier start, or because another engine was quicker.
      if (!(error instanceof ScheduleNameTakenError)) throw error;
      await follow(platform, transaction, options, declared);
    }
  });
}

async function follow(
  platform: Platform,
  transaction: Knex.Transaction,
  { name, ...times }: DeclaredScheduleOptions,
  declared: DeclaredTimes,
): Promise<void> {
  const row: { id: string; declared_times: DeclaredTimes | null } | undefined = await transaction(
    'queue.schedules',
  )
    .where({ name })
    .forUpdate()
    .first('id', 'declared_times');
  if (!row || isSame(row.declared_times, declared)) return;
  const [current] = await lockSchedules(transaction, [row.id]);
  if (current && isSame(current, row.declared_times)) {
    await changeTimes(platform, transaction, current, times);
  }
  await storeDeclared(transaction, name, declared);
}

/** The next slot is that of the old times, or one of the new times where that comes sooner. */
async function changeTimes(
  platform: Platform,
  transaction: Knex.Transaction,
  { id, nextRun }: StoredSchedule,
  times: ScheduleTimes,
): Promise<void> {
  const now = await databaseNow(transaction);
  const { timeZone } = platform.settingsOf(queueSettings);
  const { scheduleType, minutes, cron, ...checked } = checkTimes(times, now, timeZone);
  const soonest =
    minutes === null ? nextRun : new Date(Math.min(nextRun.getTime(), now.getTime() + minutes * 60_000));
  const next = scheduleType === 'cron' ? checked.nextRun : soonest;
  await transaction('queue.schedules').where({ id }).update({
    schedule_type: scheduleType,
    minutes,
    cron,
    first_run: next.toISOString(),
    next_run: next.toISOString(),
  });
}

async function storeDeclared(
  transaction: Knex.Transaction,
  name: string,
  declared: DeclaredTimes,
): Promise<void> {
  await transaction('queue.schedules')
    .where({ name })
    .update({ declared_times: JSON.stringify(declared) });
}

function declaredTimesOf({ scheduleType = 'once', minutes, cron }: ScheduleTimes): DeclaredTimes {
  return { scheduleType, minutes: minutes ?? null, cron: cron ?? null };
}

function isSame(left: DeclaredTimes | null, right: DeclaredTimes | null): boolean {
  return (
    left?.scheduleType === right?.scheduleType &&
    left?.minutes === right?.minutes &&
    left?.cron === right?.cron
  );
}
