import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../platform/database/connection.ts';
import type { Platform } from '../../platform/platform.ts';
import { enqueueTasks } from '../enqueueing/enqueueing.ts';
import { OpenBrokers } from '../enqueueing/open-brokers.ts';
import { packSlot } from './pack-slot.ts';
import { ScheduleNotFoundError } from './schedule.ts';
import { ScheduleSigner } from './schedule-signer.ts';
import { nextSlot } from './schedule-times.ts';
import { databaseNow, lockSchedules } from './stored-schedule.ts';

/** Pauses schedules: they miss their slots from now on. Returns how many there were. */
export async function pauseSchedules(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<number> {
  return database('queue.schedules').whereIn('id', ids).update({ paused: true });
}

/**
 * Lets paused schedules run again from their next slot on; those that they missed are not run. One that is run
 * only once, and has missed that, is run now. Returns how many there were.
 *
 * @throws {CronError} if the cron of one was changed in the table, and does not parse.
 * @throws {TimeZoneError}
 */
export async function resumeSchedules(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<number> {
  return database.transaction(async (transaction) => {
    const paused = (await lockSchedules(transaction, ids)).filter((schedule) => schedule.paused);
    const now = await databaseNow(transaction);
    const rows = paused.map((schedule) => {
      const { id, nextRun } = schedule;
      const following = nextRun > now ? nextRun : (nextSlot(schedule, now) ?? nextRun);
      return { id, next_run: following.toISOString() };
    });
    await transaction.raw(
      `UPDATE queue.schedules SET paused = false, next_run = resumed.next_run
       FROM json_to_recordset(?::json) AS resumed (id uuid, next_run timestamptz)
       WHERE schedules.id = resumed.id`,
      [JSON.stringify(rows)],
    );
    return rows.length;
  });
}

/** Removes schedules; what they have enqueued stays. Returns how many there were. */
export async function deleteSchedules(
  database: DatabaseOrTransaction,
  ids: readonly string[],
): Promise<number> {
  return database('queue.schedules').whereIn('id', ids).delete();
}

/**
 * Enqueues one task of a schedule now, beside its slots, which stay as they are; a paused one, too. The argument for a
 * slot's time is given the present one. Returns the task's id.
 *
 * @param transaction what else has to happen with it, or not at all.
 * @throws {ScheduleNotFoundError}
 * @throws {ScheduleSignatureError}
 */
export async function runScheduleNow(
  platform: Platform,
  id: string,
  transaction?: Knex.Transaction,
): Promise<string> {
  const brokers = new OpenBrokers(platform);
  try {
    return await (transaction ?? platform.database).transaction(async (inner) => {
      const [schedule] = await lockSchedules(inner, [id]);
      if (!schedule) throw new ScheduleNotFoundError(id);
      new ScheduleSigner(platform).verify(schedule);
      const packed = packSlot(schedule, await databaseNow(inner));
      const [taskId = packed.task.id] = await enqueueTasks(brokers.target(schedule.cluster), [packed], inner);
      await inner('queue.schedules')
        .where({ id })
        .update({ last_run: inner.raw('statement_timestamp()'), last_task_id: taskId });
      return taskId;
    });
  } finally {
    await brokers.close();
  }
}
