import { type Html, html } from '../../../platform/http/page.ts';
import type { CheckDay } from '../checks/history.ts';
import { reliabilityInWords, type Uptime } from '../uptime.ts';

const MILLISECONDS_OF_DAY = 86_400_000;

/** Pixels of a bar with its gap, in the units of the picture. */
const STEP = 4;

/** Returns the newest checks as bars, with the share of all that succeeded. */
export function uptimeBars(uptime: Uptime, count = 30): Html {
  const words = reliabilityInWords(uptime);
  if (uptime.checkCount === 0) return html`<span class="uptime">${words}</span>`;
  const outcomes = [...uptime.recent.slice(-count).padStart(count, ' ')];
  return html`<span class="uptime"><svg viewBox="0 0 ${String(count * STEP)} 16" aria-hidden="true">${outcomes.map(
    (outcome, index) =>
      html`<rect x="${String(index * STEP)}" y="${outcome === '0' ? '6' : '0'}" width="2.6" height="${outcome === '0' ? '10' : '16'}" rx="1.3" class="${outcome === '1' ? 'up' : outcome === '0' ? 'down' : 'none'}"/>`,
  )}</svg><b>${words}</b></span>`;
}

/**
 * Returns a bar for each of the newest days: whether all, some, or none of its checks succeeded.
 *
 * @param now the last day.
 */
export function uptimeDays(days: readonly CheckDay[], count: number, now: Date): Html {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const bars = Array.from({ length: count }, (_, index) => {
    const moment = new Date(now.getTime() - (count - 1 - index) * MILLISECONDS_OF_DAY);
    const day = moment.toISOString().slice(0, 10);
    return dayBar(day, byDay.get(day), index);
  });
  return html`<svg class="days" viewBox="0 0 ${String(count * STEP)} 24" preserveAspectRatio="none" role="img" aria-label="${daysInWords(days, count)}">${bars}</svg>`;
}

function dayBar(day: string, checks: CheckDay | undefined, index: number): Html {
  const look = !checks
    ? 'none'
    : checks.successCount === checks.checkCount
      ? 'up'
      : checks.successCount === 0
        ? 'down'
        : 'partly';
  const words = checks
    ? `${day}: ${checks.successCount} of ${checks.checkCount} checks succeeded`
    : `${day}: no check`;
  return html`<rect x="${String(index * STEP)}" y="0" width="3" height="24" rx="1" class="${look}"><title>${words}</title></rect>`;
}

function daysInWords(days: readonly CheckDay[], count: number): string {
  const checks = days.reduce((sum, { checkCount }) => sum + checkCount, 0);
  const successes = days.reduce((sum, { successCount }) => sum + successCount, 0);
  return `${count} days: ${successes} of ${checks} checks succeeded`;
}
