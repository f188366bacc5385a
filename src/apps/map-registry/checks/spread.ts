import { createHash } from 'node:crypto';

/** The part of the period that is left to chance. */
const JITTER = 0.1;

/** The most failures in a row that put off the next check further. */
const MOST_DOUBLINGS = 5;

/**
 * Returns where in a period something is checked, in seconds from its start. Each id has its own place, so that checks are spread
 * over all of the period and come evenly; a tenth of it is left to chance.
 *
 * @param chance from 0 to 1.
 */
export function delayWithin(periodSeconds: number, id: string, chance = Math.random()): number {
  const digest = createHash('sha256').update(id).digest().readUInt32BE(0);
  const place = digest / 2 ** 32;
  return periodSeconds * (place * (1 - JITTER) + chance * JITTER);
}

/** Returns how many periods are between a check and the next one: twice as many after each failure in a row, up to 32. */
export function periodsBetweenChecks(failuresInRow: number): number {
  return 2 ** Math.min(failuresInRow, MOST_DOUBLINGS);
}
