import { OgcError } from '../../../map-kit/ogc-error.ts';
import { readInterval, type TimeInterval } from '../../../map-kit/time-parameter.ts';

/** The word for all time that a collection has, where a path or a list of values needs one. */
export const WHOLE_TIME = 'default';

/** A text that is no time; the message says why. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

/**
 * Reads the time of a tile: `start/end`, also as `start--end`, or one time. Times are of ISO 8601 and in UTC if they name no zone. A year, a
 * month or a day means all of it.
 *
 * @returns `undefined` for the whole time of a collection: an empty text, or `default`.
 * @throws {TimeError}
 */
export function readTime(text: string | undefined): TimeInterval | undefined {
  const given = text?.trim();
  if (!given || given === WHOLE_TIME) return undefined;
  try {
    return readInterval(given.replace('--', '/'));
  } catch (error) {
    if (error instanceof OgcError) throw new TimeError(error.message, { cause: error });
    throw error;
  }
}

/** Reads `start/end` or `start--end`. @throws {TimeError} */
export function readSeedInterval(text: string): TimeInterval {
  const [start, end, ...more] = text.split(/\/|--/);
  if (start && end && more.length === 0) {
    const interval = readTime(text);
    if (interval) return interval;
  }
  const shown = JSON.stringify(text.slice(0, 100));
  throw new TimeError(`${shown} is not an interval such as 2018-06-01T00:00:00Z/2018-07-01T00:00:00Z.`);
}

/** Returns an interval as tiles are kept under, and as the paths of tiles have it; empty for all time. */
export function timeText(interval: TimeInterval | undefined): string {
  return interval ? `${isoText(interval.begin)}--${isoText(interval.end)}` : '';
}

/** Returns a moment in ISO 8601, without milliseconds if there are none. */
export function isoText(moment: Date): string {
  return moment.toISOString().replace('.000Z', 'Z');
}
