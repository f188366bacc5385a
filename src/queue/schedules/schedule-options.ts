import type { Knex } from 'knex';
import { errorMessage } from '../../platform/error-message.ts';
import type { AnyTaskFunction } from '../tasks/task-function.ts';
import type { TaskOptions } from '../tasks/task-options.ts';
import {
  CronError,
  checkTimeZone,
  nextSlot,
  SCHEDULE_TYPES,
  type ScheduleTiming,
  type ScheduleType,
  TimeZoneError,
} from './schedule-times.ts';

/** The options of the tasks that a schedule enqueues; what is left out is the schedule's own business. */
export type ScheduledTaskOptions = Omit<
  TaskOptions,
  'transaction' | 'id' | 'group' | 'hook' | 'sync' | 'cluster' | 'delay'
>;

/** When a schedule has its slots, under Django-Q's names. */
export interface ScheduleTimes {
  /** Default: `once`. */
  readonly scheduleType?: ScheduleType;
  /** The time between two slots of the type `minutes`. */
  readonly minutes?: number;
  /** Five fields, or six with seconds first, for the type `cron`. */
  readonly cron?: string;
  /** How often it is run: -1, the default, for ever; 0 for not at all. */
  readonly repeats?: number;
  /** The first slot; default: now. For a cron, the time from which its slots count. */
  readonly nextRun?: Date;
  /** The time zone of its days and hours; default: `Q_CLUSTER_TIME_ZONE`. */
  readonly timeZone?: string;
}

/** Options of `schedule`, under Django-Q's names. */
export interface ScheduleOptions<IntendedDate extends string = string> extends ScheduleTimes {
  /** The caller's transaction: the schedule is there if and only if it commits. */
  readonly transaction?: Knex.Transaction;
  /** A name that no other schedule has, and the group of its tasks; of up to 250 characters. Otherwise its id is that. */
  readonly name?: string;
  /** Called with each of its tasks whenever an attempt has ended. */
  readonly hook?: AnyTaskFunction;
  /** The queue that its tasks go to. */
  readonly cluster?: string;
  /** The argument that is given the slot's own time, as ISO 8601 in UTC. */
  readonly intendedDateKwarg?: IntendedDate;
  /** Options of its tasks. */
  readonly qOptions?: ScheduledTaskOptions;
  /** Whether missed slots are all run, or only the first of them; default: `Q_CLUSTER_CATCH_UP`. */
  readonly catchUp?: boolean;
}

/** The options of a schedule are not valid; the message names the option, its value, and what it can be. */
export class ScheduleOptionsError extends Error {
  override readonly name = 'ScheduleOptionsError';
}

/** Options that hold together, and the first slot. */
export interface CheckedTimes extends ScheduleTiming {
  readonly repeats: number;
  readonly nextRun: Date;
}

/** Names are indexed, and an index holds no long texts. */
const LONGEST_NAME_CHARACTERS = 250;

/** Ten years: what comes more seldom is a type of its own. */
const MOST_MINUTES = 10 * 366 * 24 * 60;

/** What Postgres holds as an integer. */
const MOST_REPEATS = 2_147_483_647;

/** How far the clocks of two machines may be apart, and how long a caller may take: a first slot so old is meant as now. */
const PAST_TOLERANCE_SECONDS = 60;

/**
 * Checks when a schedule is to run, and finds its first slot.
 *
 * @param now by Postgres's clock, which decides when slots are due.
 * @throws {ScheduleOptionsError}
 */
export function checkTimes(times: ScheduleTimes, now: Date, defaultTimeZone: string): CheckedTimes {
  const { scheduleType = 'once', minutes, cron, repeats = -1, timeZone = defaultTimeZone } = times;
  if (!SCHEDULE_TYPES.includes(scheduleType)) {
    refuse('scheduleType', `is "${scheduleType}"; it can be one of ${SCHEDULE_TYPES.join(', ')}`);
  }
  checkCompanion('minutes', minutes, scheduleType);
  checkCompanion('cron', cron, scheduleType);
  if (minutes !== undefined) checkWhole('minutes', minutes, 1, MOST_MINUTES);
  checkWhole('repeats', repeats, -1, MOST_REPEATS);
  checkNextRun(times.nextRun, now);
  const timing = {
    scheduleType,
    minutes: minutes ?? null,
    cron: cron ?? null,
    timeZone,
    firstRun: times.nextRun ?? now,
  };
  try {
    checkTimeZone(timeZone);
    const nextRun = scheduleType === 'cron' ? firstCronSlot(timing) : timing.firstRun;
    return { ...timing, repeats, nextRun };
  } catch (error) {
    if (error instanceof CronError || error instanceof TimeZoneError) {
      throw new ScheduleOptionsError(errorMessage(error), { cause: error });
    }
    throw error;
  }
}

/**
 * Checks the names of a schedule and of its queue.
 *
 * @throws {ScheduleOptionsError}
 */
export function checkLabels(name: string | undefined, queueName: string | undefined): void {
  if (name !== undefined && (name === '' || name.length > LONGEST_NAME_CHARACTERS)) {
    refuse('name', `has ${name.length} characters; it can have 1 to ${LONGEST_NAME_CHARACTERS}`);
  }
  if (queueName !== undefined && !/^[\w.-]{1,100}$/.test(queueName)) {
    refuse(
      'cluster',
      `is "${queueName}"; a queue's name is of up to 100 letters, digits, dots, dashes and underscores`,
    );
  }
}

/**
 * Checks the argument that is given the slot's time: it is in clear, as is whatever is computed.
 *
 * @throws {ScheduleOptionsError}
 */
export function checkIntendedDateKwarg(kwarg: string | undefined, taskFunction: AnyTaskFunction): void {
  if (kwarg === undefined) return;
  if (kwarg === '') refuse('intendedDateKwarg', 'is empty; it is the name of an argument');
  if (taskFunction.secretArguments.includes(kwarg)) {
    refuse(
      'intendedDateKwarg',
      `is "${kwarg}", a secret argument of ${taskFunction.name}; it is one in clear`,
    );
  }
}

/** A cron's slots count from a moment on, which may be one of them. */
function firstCronSlot(timing: ScheduleTiming): Date {
  const slot = nextSlot(timing, new Date(timing.firstRun.getTime() - 1));
  return slot ?? refuse('cron', `is "${timing.cron}", which no day fits: it would never run`);
}

function checkCompanion(
  option: 'minutes' | 'cron',
  value: string | number | undefined,
  scheduleType: ScheduleType,
): void {
  if (scheduleType === option && value === undefined) {
    refuse(option, `is missing, which a schedule of the type ${option} needs`);
  }
  if (scheduleType !== option && value !== undefined) {
    refuse(option, `is given to a schedule of the type ${scheduleType}; it needs scheduleType: '${option}'`);
  }
}

function checkNextRun(nextRun: Date | undefined, now: Date): void {
  if (nextRun === undefined) return;
  if (Number.isNaN(nextRun.getTime())) refuse('nextRun', 'is no date');
  if (nextRun.getTime() < now.getTime() - PAST_TOLERANCE_SECONDS * 1_000) {
    refuse(
      'nextRun',
      `is ${nextRun.toISOString()}, in the past: it is now ${now.toISOString()}; leave it out to run at once`,
    );
  }
}

function checkWhole(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(option, `is ${value}; it can be a whole number from ${least} to ${most}`);
}

function refuse(option: string, fault: string): never {
  throw new ScheduleOptionsError(`The ${option} of a schedule ${fault}`);
}
