import type { CheckCounters } from '../layers/check-counters.ts';
import { recentOf } from '../uptime.ts';
import type { CheckShare } from './history.ts';

const LAST_CHECKS = 2;

/** Returns how the last two checks of a service or a layer ended; fewer where it has fewer. */
export function lastTwoOf({
  checkCount,
  recentChecks,
}: Pick<CheckCounters, 'checkCount' | 'recentChecks'>): CheckShare {
  const last = recentOf(recentChecks, checkCount).slice(-LAST_CHECKS);
  return { checkCount: last.length, successCount: [...last].filter((outcome) => outcome === '1').length };
}
