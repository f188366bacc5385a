import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { errorMessage } from '../../platform/error-message.ts';

/** How a schedule repeats, under Django-Q's names. */
export const SCHEDULE_TYPES = [
  'once',
  'minutes',
  'hourly',
  'daily',
  'weekly',
  'biweekly',
  'monthly',
  'bimonthly',
  'quarterly',
  'yearly',
  'cron',
] as const;

/** One of {@link SCHEDULE_TYPES}. */
export type ScheduleType = (typeof SCHEDULE_TYPES)[number];

/** What the slots of a schedule are computed from. */
export interface ScheduleTiming {
  readonly scheduleType: ScheduleType;
  /** The time between two slots of the type `minutes`. */
  readonly minutes: number | null;
  /** The expression of the type `cron`. */
  readonly cron: string | null;
  /** An IANA time zone, for instance `Europe/Zurich`, or an offset, for instance `+02:00`. */
  readonly timeZone: string;
  /** The slot from which the others are counted; a cron has no need of it. */
  readonly firstRun: Date;
}

/** A cron expression does not parse. */
export class CronError extends Error {
  override readonly name = 'CronError';
}

/** There is no such time zone. */
export class TimeZoneError extends Error {
  override readonly name = 'TimeZoneError';
}

/** The calendar steps of the types that follow a calendar. */
const CALENDAR_STEPS = {
  daily: { days: 1 },
  weekly: { days: 7 },
  biweekly: { days: 14 },
  monthly: { months: 1 },
  bimonthly: { months: 2 },
  quarterly: { months: 3 },
  yearly: { months: 12 },
} as const;

type CalendarStep = { readonly days?: number; readonly months?: number };

const MINUTE_MILLISECONDS = 60_000;

/**
 * The first slot after an instant; `undefined` if there is none. Slots of `minutes` and `hourly` are so much time
 * apart. The others keep their time on the clock of the time zone: one that the clock skips is run at the moment
 * to which the clock skips, and one that comes twice is run the first time. So it is with a cron that names its times;
 * one that steps through them (with `*`) has none while they are skipped, and runs on while they are repeated.
 * Months are counted from the first slot, so that what begins on 31 January is run on 28 February and 31 March.
 *
 * @throws {CronError}
 * @throws {TimeZoneError}
 */
export function nextSlot(timing: ScheduleTiming, after: Date): Date | undefined {
  const { scheduleType, firstRun, timeZone } = timing;
  switch (scheduleType) {
    case 'once':
      return after < firstRun ? firstRun : undefined;
    case 'minutes':
      return nextInStep(firstRun, (timing.minutes ?? 1) * MINUTE_MILLISECONDS, after);
    case 'hourly':
      return nextInStep(firstRun, 60 * MINUTE_MILLISECONDS, after);
    case 'cron':
      return parseCron(timing.cron ?? '', timeZone).nextRun(after) ?? undefined;
    default:
      return nextInCalendar(firstRun, CALENDAR_STEPS[scheduleType], timeZone, after);
  }
}

/** @throws {TimeZoneError} */
export function checkTimeZone(timeZone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  } catch (error) {
    throw new TimeZoneError(
      `"${timeZone}" is no time zone: give a name such as Europe/Zurich, or an offset such as +02:00`,
      { cause: error },
    );
  }
}

/**
 * Reads a cron expression: five fields, or six where the first is for seconds.
 *
 * @throws {CronError}
 * @throws {TimeZoneError}
 */
function parseCron(cron: string, timeZone: string): Cron {
  checkTimeZone(timeZone);
  // The library also reads dates, which come once.
  if (!/^\s*@|\S\s+\S/.test(cron)) {
    throw new CronError(
      `The cron "${cron}" has to have five fields, or six with seconds first: 0 22 * * 1-5`,
    );
  }
  try {
    return new Cron(cron, {
      timezone: timeZone,
      mode: '5-or-6-parts',
      fixedTimeRule: 'no-wildcard',
      paused: true,
    });
  } catch (error) {
    const reason = errorMessage(error).replace(/^CronPattern: /, '');
    throw new CronError(`The cron "${cron}" does not parse: ${reason}`, { cause: error });
  }
}

function nextInStep(firstRun: Date, stepMilliseconds: number, after: Date): Date {
  const steps = Math.floor((after.getTime() - firstRun.getTime()) / stepMilliseconds) + 1;
  return new Date(firstRun.getTime() + Math.max(0, steps) * stepMilliseconds);
}

function nextInCalendar(firstRun: Date, step: CalendarStep, timeZone: string, after: Date): Date {
  if (after < firstRun) return firstRun;
  const first = wallClock(firstRun, timeZone);
  // Clocks that change, and months that are too short, put a slot off by less than one step.
  const passed = first.until(wallClock(after, timeZone), {
    largestUnit: step.months === undefined ? 'days' : 'months',
  });
  const stepsPassed =
    step.months === undefined
      ? Math.floor(passed.days / (step.days ?? 1))
      : Math.floor(passed.months / step.months);
  for (let steps = Math.max(1, stepsPassed - 1); ; steps += 1) {
    const slot = instantOf(
      first.add({ days: steps * (step.days ?? 0), months: steps * (step.months ?? 0) }),
      timeZone,
    );
    if (slot > after) return slot;
  }
}

function wallClock(instant: Date, timeZone: string): Temporal.PlainDateTime {
  return zoned(instant, timeZone).toPlainDateTime();
}

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  checkTimeZone(timeZone);
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}

/** The first instant at which the clock shows a time; the moment at which it is skipped, where it is. */
function instantOf(wall: Temporal.PlainDateTime, timeZone: string): Date {
  const found = wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  if (found.toPlainDateTime().equals(wall)) return new Date(found.epochMilliseconds);
  const skip = found.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return new Date((skip ?? found).epochMilliseconds);
}
