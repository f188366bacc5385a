import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { type Html, html } from '../../../platform/http/page.ts';
import { SERVICES } from '../admin/resources.ts';
import type { Catalog } from '../layers/layer.ts';
import type { LayerDetails } from '../layers/stored-layers.ts';
import type { ServiceDetails } from '../layers/stored-services.ts';
import { recentOf } from '../uptime.ts';
import { adminRecordPath } from './admin-paths.ts';
import { type CheckSummary, checkSection, minuteInWords } from './check-summary.ts';
import { factList, outsideLink, wordList } from './fact-list.ts';
import { catalogPath, registryPage } from './registry-page.ts';
import { typeBadge } from './type-badge.ts';
import { uptimeBars } from './uptime-bars.ts';

/** Layers of one page. */
export const PAGE_LAYERS = 25;

/** What the page of a service shows. */
export interface ShownService {
  readonly service: ServiceDetails;
  readonly checks: CheckSummary;
  readonly layers: readonly LayerDetails[];
  readonly layerCount: number;
  /** Of the layers; from 1. */
  readonly page: number;
}

/** Returns the page of a service. */
export function servicePage(catalog: Catalog, shown: ShownService): ClientPage {
  const { service, checks, layers } = shown;
  const root = catalogPath(catalog);
  const address = `${root}/service/${service.uuid}`;
  const title = service.title === '' ? service.url : service.title;
  return registryPage({
    title,
    catalog,
    place: 'services',
    content: html`<main id="content" class="text">
<nav class="crumbs" aria-label="Above this page"><a href="${root}/">Services</a></nav>
<h1>${title}</h1>
<p class="facts">${typeBadge(service.type)}<span>${service.host}</span></p>
${service.isValid ? [] : html`<p class="notice bad">${service.invalidReason ?? 'It is not valid.'} Its layers are not in the search.</p>`}
${service.abstract.trim() === '' ? [] : html`<p class="abstract">${service.abstract}</p>`}
<div class="columns">
<div>
${checkSection(service, checks, { history: `${address}/checks/`, admin: adminRecordPath(SERVICES, service.uuid) })}
<section class="sheet" aria-labelledby="layers-heading">
<div class="sheet-head"><h2 id="layers-heading">${service.layerCount.toLocaleString('en')} ${service.layerCount === 1 ? 'layer' : 'layers'}</h2></div>
${layers.length === 0 ? html`<p class="quiet">None was harvested yet.</p>` : html`<ul class="rows">${layers.map((layer) => layerRow(root, layer))}</ul>`}
${layerPager(address, shown)}
</section>
</div>
<aside class="sheet" aria-label="About the service">${factList([
      ['Address', outsideLink(service.url)],
      ['Monitored', service.isMonitored ? 'Yes' : 'No'],
      ['Harvested', service.harvested ? minuteInWords(service.harvested) : 'Not yet'],
      ['Added', minuteInWords(service.created)],
      ['Keywords', wordList(service.keywords)],
      ['Reference systems', wordList(service.srs)],
    ])}</aside>
</div>
</main>`,
  });
}

function layerRow(root: string, layer: LayerDetails): Html {
  const { uuid, title, name, wasDeleted, isValid, checkCount, successCount, recentChecks } = layer;
  return html`<li><div><h3><a href="${root}/layer/${uuid}/">${title === '' ? name : title}</a></h3>
<p class="facts"><span>${name}</span>${wasDeleted ? html`<span class="badge bad">Deleted</span>` : isValid ? [] : html`<span class="badge bad">Invalid</span>`}</p></div>
${uptimeBars({ checkCount, successCount, recent: recentOf(recentChecks, checkCount) })}</li>`;
}

function layerPager(address: string, { page, layerCount }: ShownService): Html | readonly Html[] {
  const hasNext = page * PAGE_LAYERS < layerCount;
  if (page === 1 && !hasNext) return [];
  return html`<nav class="pager" aria-label="Pages of layers">
${page > 1 ? html`<a class="button" rel="prev" href="${address}/?page=${String(page - 1)}">Previous</a>` : html`<span></span>`}
<span class="quiet">Page ${String(page)}</span>
${hasNext ? html`<a class="button" rel="next" href="${address}/?page=${String(page + 1)}">Next</a>` : html`<span></span>`}
</nav>`;
}
