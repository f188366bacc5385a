import { nextSlot } from './schedule-times.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** What is to be run of a schedule now, and what becomes of it. */
export interface SlotPlan {
  readonly schedule: StoredSchedule;
  /** The slots that are due, oldest first. */
  readonly slots: readonly Date[];
  /** When it is due next; the past where slots are left for another transaction. */
  readonly nextRun: Date;
  /** Slots that are left; -1 for no end. */
  readonly repeats: number;
  /** Whether it has had its only slot, and goes. */
  readonly isOver: boolean;
}

/** How many of the slots that are due are run now. */
export interface SlotLimits {
  /** So many at most; the others are left for later. */
  readonly mostSlots: number;
  /** Whether missed slots are all run, or only the first of them. */
  readonly catchUp: boolean;
}

/**
 * Finds the slots of a schedule that are due.
 *
 * @throws {CronError}
 * @throws {TimeZoneError}
 */
export function planSlots(schedule: StoredSchedule, now: Date, { mostSlots, catchUp }: SlotLimits): SlotPlan {
  if (schedule.scheduleType === 'once') {
    const { nextRun, repeats } = schedule;
    return { schedule, slots: [nextRun], nextRun, repeats: 0, isOver: repeats < 0 };
  }
  const slots: Date[] = [];
  let { nextRun, repeats } = schedule;
  while (nextRun <= now && repeats !== 0 && slots.length < mostSlots) {
    slots.push(nextRun);
    if (repeats > 0) repeats -= 1;
    const following = nextSlot(schedule, catchUp ? nextRun : now);
    if (following === undefined) return { schedule, slots, nextRun, repeats: 0, isOver: false };
    nextRun = following;
  }
  return { schedule, slots, nextRun, repeats, isOver: false };
}

/**
 * The next times at which a schedule will run, as far as is known now: fewer than `count` if it ends.
 *
 * @throws {CronError}
 * @throws {TimeZoneError}
 */
export function nextRuns(
  schedule: Pick<
    StoredSchedule,
    'scheduleType' | 'minutes' | 'cron' | 'timeZone' | 'firstRun' | 'nextRun' | 'repeats'
  >,
  count: number,
): Date[] {
  const most = schedule.repeats < 0 ? count : Math.min(count, schedule.repeats);
  const runs: Date[] = [];
  let slot: Date | undefined = schedule.nextRun;
  while (slot !== undefined && runs.length < most) {
    runs.push(slot);
    slot = nextSlot(schedule, slot);
  }
  return runs;
}
