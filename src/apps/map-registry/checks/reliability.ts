import type { CheckCounters } from '../layers/check-counters.ts';

/** Which part of the checks succeeded, in percent; null where there was none. */
export interface Reliability {
  /** Of all checks. */
  readonly all: number | null;
  /** Of the last two. */
  readonly lastTwo: number | null;
}

/**
 * Returns the reliability of a service or a layer by what is counted of its checks. That of the last 30 days is counted by
 * `recentReliabilityOf`, from the history.
 */
export function reliabilityOf({
  checkCount,
  successCount,
  recentChecks,
}: Pick<CheckCounters, 'checkCount' | 'successCount' | 'recentChecks'>): Reliability {
  const newest = Number(recentChecks & 1n);
  const oneBefore = Number((recentChecks >> 1n) & 1n);
  return {
    all: percent(successCount, checkCount),
    lastTwo: percent(newest + (checkCount > 1 ? oneBefore : 0), Math.min(checkCount, 2)),
  };
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}
