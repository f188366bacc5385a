import type { Database } from '../../../platform/database/connection.ts';
import { type Html, html } from '../../../platform/http/page.ts';
import {
  type CheckDay,
  type CheckShare,
  type CheckTarget,
  readCheckDays,
  recentReliabilityOf,
} from '../checks/history.ts';
import { lastTwoOf } from '../checks/reliability.ts';
import type { CheckCounters } from '../layers/check-counters.ts';
import { reliabilityInWords } from '../uptime.ts';
import { responseChart } from './response-chart.ts';
import { uptimeDays } from './uptime-bars.ts';

/** Days of the bars and the chart. */
const DAYS = 90;

/** What the page of a service or a layer shows of its checks. */
export interface CheckSummary {
  readonly days: readonly CheckDay[];
  /** Of the last 30 days. */
  readonly recent: CheckShare;
}

/** Reads {@link CheckSummary}. */
export async function readCheckSummary(database: Database, target: CheckTarget): Promise<CheckSummary> {
  const [days, recent] = await Promise.all([
    readCheckDays(database, target, DAYS),
    recentReliabilityOf(database, target),
  ]);
  return { days, recent };
}

/**
 * Returns the part of a page about checks.
 *
 * @param history where all checks are listed.
 * @param admin where an administrator has it checked.
 */
export function checkSection(
  counters: CheckCounters,
  { days, recent }: CheckSummary,
  addresses: { readonly history: string; readonly admin: string },
): Html {
  const now = new Date();
  return html`<section class="sheet" aria-labelledby="checks-heading">
<div class="sheet-head"><h2 id="checks-heading">Reliability</h2><a href="${addresses.admin}">Check now</a></div>
<dl class="figures">
<div><dt>All checks</dt><dd>${reliabilityInWords(counters)}</dd></div>
<div><dt>30 days</dt><dd>${reliabilityInWords(recent)}</dd></div>
<div><dt>Last two checks</dt><dd>${reliabilityInWords(lastTwoOf(counters))}</dd></div>
</dl>
${lastCheck(counters)}
<div class="strip">${uptimeDays(days, DAYS, now)}<p class="ends quiet"><span>${String(DAYS)} days ago</span><span>today</span></p></div>
<h3>Time of replies</h3>
${responseChart(days, DAYS, now)}
<p><a href="${addresses.history}">All checks</a></p>
</section>`;
}

function lastCheck({ lastCheck: moment, lastStatus, lastMessage }: CheckCounters): Html {
  if (moment === null) return html`<p class="quiet">It was not checked yet.</p>`;
  const when = html`<time datetime="${moment}">${minuteInWords(moment)}</time>`;
  return lastStatus === true
    ? html`<p><span class="badge good">Up</span> Last checked ${when}.</p>`
    : html`<p><span class="badge bad">Down</span> Last checked ${when}: ${lastMessage ?? 'no reply'}</p>`;
}

/** A moment of ISO 8601 for people: `2026-11-28 17:20 UTC`. */
export function minuteInWords(moment: string): string {
  return `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;
}
