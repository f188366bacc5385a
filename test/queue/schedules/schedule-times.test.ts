import { describe, expect, it } from '@jest/globals';
import {
  CronError,
  nextSlot,
  type ScheduleTiming,
  TimeZoneError,
} from '../../../src/queue/schedules/schedule-times.ts';

/** A schedule in Zurich, where the clock goes from 02:00 to 03:00 on 29 March 2026, and back on 25 October. */
function timing(scheduleType: ScheduleTiming['scheduleType'], firstRun: string, more = {}): ScheduleTiming {
  return {
    scheduleType,
    minutes: null,
    cron: null,
    timeZone: 'Europe/Zurich',
    firstRun: new Date(firstRun),
    ...more,
  };
}

function cron(expression: string, timeZone = 'Europe/Zurich'): ScheduleTiming {
  return timing('cron', '2026-01-01T00:00:00Z', { cron: expression, timeZone });
}

/** The slots that follow an instant, one from another. */
function slotsAfter(schedule: ScheduleTiming, after: string, count: number): string[] {
  const slots: string[] = [];
  let slot: Date | undefined = new Date(after);
  while (slot !== undefined && slots.length < count) {
    slot = nextSlot(schedule, slot);
    if (slot) slots.push(slot.toISOString().replace('.000Z', 'Z'));
  }
  return slots;
}

describe('the slots of a schedule', () => {
  it('are one for the type once', () => {
    const once = timing('once', '2026-03-01T10:00:00Z');
    expect(slotsAfter(once, '2026-02-01T00:00:00Z', 3)).toEqual(['2026-03-01T10:00:00Z']);
    expect(slotsAfter(once, '2026-03-01T10:00:00Z', 3)).toEqual([]);
  });

  it('are so many minutes apart', () => {
    const slots = slotsAfter(
      timing('minutes', '2026-03-01T10:00:30Z', { minutes: 90 }),
      '2026-03-01T12:00:00Z',
      2,
    );
    expect(slots).toEqual(['2026-03-01T13:00:30Z', '2026-03-01T14:30:30Z']);
  });

  it('begin with the first one, also where that is far away', () => {
    for (const type of ['minutes', 'hourly', 'daily', 'yearly'] as const) {
      const schedule = timing(type, '2026-05-01T10:00:00Z', { minutes: 5 });
      expect(slotsAfter(schedule, '2026-01-01T00:00:00Z', 1)).toEqual(['2026-05-01T10:00:00Z']);
    }
  });

  it.each([
    ['hourly', '2026-03-10T10:15:00Z', ['2026-03-10T11:15:00Z', '2026-03-10T12:15:00Z']],
    ['daily', '2026-03-10T10:15:00Z', ['2026-03-11T10:15:00Z', '2026-03-12T10:15:00Z']],
    ['weekly', '2026-03-10T10:15:00Z', ['2026-03-17T10:15:00Z', '2026-03-24T10:15:00Z']],
    ['biweekly', '2026-02-10T10:15:00Z', ['2026-02-24T10:15:00Z', '2026-03-10T10:15:00Z']],
    ['monthly', '2026-01-10T10:15:00Z', ['2026-02-10T10:15:00Z', '2026-03-10T10:15:00Z']],
    ['bimonthly', '2025-11-10T10:15:00Z', ['2026-01-10T10:15:00Z', '2026-03-10T10:15:00Z']],
    ['quarterly', '2025-11-10T10:15:00Z', ['2026-02-10T10:15:00Z', '2026-05-10T09:15:00Z']],
    ['yearly', '2026-03-10T10:15:00Z', ['2027-03-10T10:15:00Z', '2028-03-10T10:15:00Z']],
  ] as const)('keep the step of the type %s', (type, firstRun, expected) => {
    expect(slotsAfter(timing(type, firstRun), firstRun, 2)).toEqual(expected);
  });

  it.each([
    ['monthly', '2026-01-31T10:00:00Z', ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']],
    ['monthly', '2028-01-30T10:00:00Z', ['2028-02-29', '2028-03-30', '2028-04-30', '2028-05-30']],
    ['bimonthly', '2026-12-31T10:00:00Z', ['2027-02-28', '2027-04-30', '2027-06-30', '2027-08-31']],
    ['quarterly', '2026-11-30T10:00:00Z', ['2027-02-28', '2027-05-30', '2027-08-30', '2027-11-30']],
    ['yearly', '2024-02-29T10:00:00Z', ['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']],
  ] as const)('do not drift where a month is too short (%s from %s)', (type, firstRun, expected) => {
    const days = slotsAfter(timing(type, firstRun), firstRun, 4).map((slot) => slot.slice(0, 10));
    expect(days).toEqual(expected);
  });

  it('keep the time on the clock when the clock changes', () => {
    expect(slotsAfter(timing('daily', '2026-03-27T09:00:00Z'), '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T09:00:00Z',
      '2026-03-29T08:00:00Z',
      '2026-03-30T08:00:00Z',
    ]);
    expect(slotsAfter(timing('weekly', '2026-10-18T08:00:00Z'), '2026-10-18T08:00:00Z', 2)).toEqual([
      '2026-10-25T09:00:00Z',
      '2026-11-01T09:00:00Z',
    ]);
  });

  it('come at the end of the hour that the clock skips, and are back at their time on the next day', () => {
    const atHalfPastTwo = ['2026-03-28T01:30:00Z', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'];
    expect(slotsAfter(timing('daily', '2026-03-01T01:30:00Z'), '2026-03-28T00:00:00Z', 3)).toEqual(
      atHalfPastTwo,
    );
    expect(slotsAfter(cron('30 2 * * *'), '2026-03-28T00:00:00Z', 3)).toEqual(atHalfPastTwo);
    expect(slotsAfter(timing('daily', '2026-03-01T01:00:00Z'), '2026-03-29T00:00:00Z', 1)).toEqual([
      '2026-03-29T01:00:00Z',
    ]);
  });

  it('come once in the hour that the clock repeats', () => {
    const atHalfPastTwo = ['2026-10-24T00:30:00Z', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'];
    expect(slotsAfter(timing('daily', '2026-10-01T00:30:00Z'), '2026-10-24T00:00:00Z', 3)).toEqual(
      atHalfPastTwo,
    );
    expect(slotsAfter(cron('30 2 * * *'), '2026-10-24T00:00:00Z', 3)).toEqual(atHalfPastTwo);
    expect(slotsAfter(cron('0 2-4 * * *'), '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T02:00:00Z',
      '2026-10-25T03:00:00Z',
      '2026-10-26T01:00:00Z',
    ]);
  });

  it.each(['hourly', 'minutes'] as const)('of the type %s are not changed by clocks', (type) => {
    const schedule = timing(type, '2026-01-01T00:15:00Z', { minutes: 60 });
    expect(slotsAfter(schedule, '2026-03-29T00:30:00Z', 3)).toEqual([
      '2026-03-29T01:15:00Z',
      '2026-03-29T02:15:00Z',
      '2026-03-29T03:15:00Z',
    ]);
    expect(slotsAfter(schedule, '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:15:00Z',
      '2026-10-25T01:15:00Z',
      '2026-10-25T02:15:00Z',
    ]);
  });

  it('of a cron that steps through hours go on evenly when the clock changes', () => {
    expect(slotsAfter(cron('*/30 * * * *'), '2026-03-29T00:40:00Z', 2)).toEqual([
      '2026-03-29T01:00:00Z',
      '2026-03-29T01:30:00Z',
    ]);
    expect(slotsAfter(cron('*/30 * * * *'), '2026-10-25T00:20:00Z', 4)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:00:00Z',
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:00:00Z',
    ]);
  });

  it('are known wherever clocks change by half an hour, or at midnight', () => {
    const inLordHowe = timing('daily', '2026-10-01T15:45:00Z', { timeZone: 'Australia/Lord_Howe' });
    expect(slotsAfter(inLordHowe, '2026-10-02T16:00:00Z', 2)).toEqual([
      '2026-10-03T15:30:00Z',
      '2026-10-04T15:15:00Z',
    ]);
    expect(slotsAfter(cron('0 0 * * *', 'Asia/Beirut'), '2027-03-27T00:00:00Z', 2)).toEqual([
      '2027-03-27T22:00:00Z',
      '2027-03-28T21:00:00Z',
    ]);
  });

  it.each([
    ['0 22 * * 1-5', ['2026-05-01T20:00:00Z', '2026-05-04T20:00:00Z']],
    ['15 30 9 * * *', ['2026-05-01T07:30:15Z', '2026-05-02T07:30:15Z']],
    ['*/20 * * * * *', ['2026-05-01T00:00:20Z', '2026-05-01T00:00:40Z']],
    ['0 0 29 2 *', ['2028-02-28T23:00:00Z', '2032-02-28T23:00:00Z']],
    ['0 12 L * *', ['2026-05-31T10:00:00Z', '2026-06-30T10:00:00Z']],
    ['0 12 * * MON#2', ['2026-05-11T10:00:00Z', '2026-06-08T10:00:00Z']],
    ['0 12 13 * FRI', ['2026-05-01T10:00:00Z', '2026-05-08T10:00:00Z']],
    ['@daily', ['2026-05-01T22:00:00Z', '2026-05-02T22:00:00Z']],
  ])('follow the cron %s', (expression, expected) => {
    expect(slotsAfter(cron(expression), '2026-05-01T00:00:00Z', 2)).toEqual(expected);
  });

  it('end for a cron that no day fits', () => {
    expect(slotsAfter(cron('0 0 30 2 *'), '2026-05-01T00:00:00Z', 1)).toEqual([]);
  });

  it.each([
    ['61 * * * *', 'The cron "61 * * * *" does not parse: Invalid value for minute: 61'],
    ['* * * *', 'The cron "* * * *" does not parse: invalid configuration format'],
    ['0 0 0 1 1 * 2030', "does not parse: mode '5-or-6-parts' requires exactly 5 or 6 parts"],
    ['*/0 * * * *', 'does not parse: Syntax error, illegal stepping: 0'],
    ['often', 'The cron "often" has to have five fields, or six with seconds first'],
    ['', 'has to have five fields'],
    ['2026-05-01T00:00:00', 'has to have five fields'],
  ])('cannot be told from the cron "%s"', (expression, message) => {
    const find = () => nextSlot(cron(expression), new Date());
    expect(find).toThrow(CronError);
    expect(find).toThrow(message);
  });

  it('cannot be told for a time zone that is none', () => {
    for (const type of ['daily', 'cron'] as const) {
      const find = () =>
        nextSlot(
          timing(type, '2026-01-01T00:00:00Z', { cron: '* * * * *', timeZone: 'Mars/Base' }),
          new Date(),
        );
      expect(find).toThrow(TimeZoneError);
      expect(find).toThrow('"Mars/Base" is no time zone: give a name such as Europe/Zurich');
    }
  });
});
