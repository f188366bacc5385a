import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { html } from '../../../platform/http/page.ts';
import type { Catalog } from '../layers/layer.ts';
import { reliabilityInWords } from '../uptime.ts';
import type { Domain } from './domains.ts';
import { noServiceYet } from './no-service-yet.ts';
import { catalogPath, REGISTRY_PATH, registryPage } from './registry-page.ts';

/** Domains of one page. */
export const PAGE_DOMAINS = 50;

/** Returns the hosts that services are at. @param next what the next page begins after. */
export function domainsPage(
  catalog: Catalog,
  domains: readonly { readonly domain: Domain; readonly catalog: Catalog }[],
  next: string | undefined,
): ClientPage {
  return registryPage({
    title: 'Domains',
    catalog,
    place: 'domains',
    content: html`<main id="content" class="text">
<h1>Domains</h1>
<p class="lede">The hosts of the services, and how reliable these are.</p>
${
  domains.length === 0
    ? noServiceYet()
    : html`<div class="table-box" tabindex="0" role="group" aria-label="Domains"><table><thead><tr><th scope="col">Domain</th><th scope="col">Catalogue</th><th scope="col" class="number">Services</th><th scope="col" class="number">Layers</th><th scope="col" class="number">Reliability</th></tr></thead>
<tbody>${domains.map(
        ({ domain, catalog: of }) => html`<tr>
<td><a href="${catalogPath(of)}/?host=${encodeURIComponent(domain.host)}">${domain.host}</a></td><td>${of.name}</td>
<td class="number">${domain.serviceCount.toLocaleString('en')}</td><td class="number">${domain.layerCount.toLocaleString('en')}</td>
<td class="number">${reliabilityInWords(domain)}</td></tr>`,
      )}</tbody></table></div>`
}
${
  next === undefined
    ? []
    : html`<nav class="pager" aria-label="Pages of domains"><span></span><a class="button" rel="next" href="${REGISTRY_PATH}/domains/?after=${encodeURIComponent(next)}">Next</a></nav>`
}
</main>`,
  });
}
