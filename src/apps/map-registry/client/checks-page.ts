import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { html } from '../../../platform/http/page.ts';
import type { StoredCheck } from '../checks/history.ts';
import type { Catalog } from '../layers/layer.ts';
import { minuteInWords } from './check-summary.ts';
import { registryPage } from './registry-page.ts';
import { secondsInWords } from './response-chart.ts';

/** Checks of one page. */
export const PAGE_CHECKS = 50;

/** What the list of checks is about. */
export interface CheckedThing {
  readonly title: string;
  /** Its page, without a slash at the end. */
  readonly address: string;
}

/** Returns the checks of a service or a layer, the newest first. @param next what the next page begins after. */
export function checksPage(
  catalog: Catalog,
  { title, address }: CheckedThing,
  checks: readonly StoredCheck[],
  next: string | undefined,
): ClientPage {
  return registryPage({
    title: `Checks of ${title}`,
    catalog,
    content: html`<main id="content" class="text">
<nav class="crumbs" aria-label="Above this page"><a href="${address}/">${title}</a></nav>
<h1>Checks</h1>
${
  checks.length === 0
    ? html`<p class="notice">There are no checks.</p>`
    : html`<div class="table-box" tabindex="0" role="group" aria-label="Checks"><table><thead><tr><th scope="col">When</th><th scope="col">Outcome</th><th scope="col">Time</th><th scope="col">Message</th></tr></thead>
<tbody>${checks.map(
        ({ checked, success, responseSeconds, message }) => html`<tr>
<td class="nowrap"><time datetime="${checked}">${minuteInWords(checked)}</time></td>
<td>${success ? html`<span class="badge good">Up</span>` : html`<span class="badge bad">Down</span>`}</td>
<td class="nowrap">${secondsInWords(responseSeconds)}</td><td>${message}</td></tr>`,
      )}</tbody></table></div>`
}
${
  next === undefined
    ? []
    : html`<nav class="pager" aria-label="Pages of checks"><span></span><a class="button" rel="next" href="${address}/checks/?before=${encodeURIComponent(next)}">Earlier checks</a></nav>`
}
</main>`,
  });
}
