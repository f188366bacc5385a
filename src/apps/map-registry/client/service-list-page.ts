import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import type { RowCount } from '../../../platform/database/bounded-count.ts';
import { type Html, html } from '../../../platform/http/page.ts';
import { type Catalog, SERVICE_TYPES } from '../layers/layer.ts';
import type { ListPage } from '../layers/list-page.ts';
import type { ServiceDetails, ServiceList, ServiceOrder } from '../layers/stored-services.ts';
import { recentOf } from '../uptime.ts';
import { catalogLinks } from './catalog-links.ts';
import { noServiceYet } from './no-service-yet.ts';
import { catalogPath, registryPage } from './registry-page.ts';
import { typeBadge } from './type-badge.ts';
import { uptimeBars } from './uptime-bars.ts';

/** What the list is ordered by, as the form offers it. */
const ORDERS: readonly (readonly [ServiceOrder, string])[] = [
  ['-last_updated', 'Last updated'],
  ['title', 'Title'],
  ['-layers', 'Most layers'],
  ['layers', 'Fewest layers'],
  ['-created', 'Newest'],
  ['created', 'Oldest'],
];

/** One page of a list of services. */
export interface ShownServices {
  readonly list: ServiceList;
  readonly services: readonly ServiceDetails[];
  readonly count: RowCount;
  readonly place: ListPage;
}

/** Returns the list of services of a catalogue. */
export function serviceListPage(
  catalog: Catalog,
  catalogs: readonly Catalog[],
  shown: ShownServices,
): ClientPage {
  const { list, services, count, place } = shown;
  const root = catalogPath(catalog);
  return registryPage({
    title: 'Services',
    catalog,
    place: 'services',
    content: html`<main id="content" class="text">
<h1>Services</h1>
<p class="lede">Map services that this catalogue watches. <a href="${root}/search/">Search their layers on a map</a>.</p>
${catalogs.length > 1 ? catalogLinks(catalogs, catalog) : []}
${filterForm(root, list)}
<p class="quiet" role="status">${countInWords(count)}</p>
${
  services.length === 0
    ? isNarrow(list)
      ? html`<div class="notice"><p><b>Nothing found.</b></p><p>No service matches. <a href="${root}/">Show all services</a>.</p></div>`
      : noServiceYet()
    : html`<ul class="rows">${services.map((service) => serviceRow(root, service))}</ul>`
}
${pager(root, shown, place.page * place.size < count.count)}
</main>`,
  });
}

/** Whether a list leaves services out. */
function isNarrow({ text, type, host }: ServiceList): boolean {
  return text !== undefined || type !== undefined || host !== undefined;
}

function serviceRow(root: string, service: ServiceDetails): Html {
  const { uuid, title, url, host, type, layerCount, isValid, checkCount, successCount, recentChecks } =
    service;
  return html`<li>
<div><h2><a href="${root}/service/${uuid}/">${title === '' ? url : title}</a></h2>
<p class="facts">${typeBadge(type)}<span>${host}</span><span>${layerCount.toLocaleString('en')} ${layerCount === 1 ? 'layer' : 'layers'}</span>${isValid ? [] : html`<span class="badge bad">Invalid</span>`}</p></div>
${uptimeBars({ checkCount, successCount, recent: recentOf(recentChecks, checkCount) })}
</li>`;
}

function filterForm(root: string, { text = '', type, orderBy, host }: ServiceList): Html {
  const option = (value: string, label: string, chosen: string | undefined) =>
    value === chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`;
  return html`<form class="filter-form" action="${root}/" role="search">
<label>Title, text or address<input type="search" name="q" value="${text}" maxlength="200"></label>
<label>Type<select name="filter_by">${[option('', 'All types', type), ...SERVICE_TYPES.map((each) => option(each, each, type))]}</select></label>
<label>Order<select name="order_by">${ORDERS.map(([value, label]) => option(value, label, orderBy))}</select></label>
${host === undefined ? [] : html`<label>Domain<input name="host" value="${host}" maxlength="253"></label>`}
<button class="button">Show</button>
</form>`;
}

function pager(
  root: string,
  { list, place: { page } }: ShownServices,
  hasNext: boolean,
): Html | readonly Html[] {
  if (page === 1 && !hasNext) return [];
  const address = (to: number) => {
    const query = new URLSearchParams();
    if (list.text !== undefined) query.set('q', list.text);
    if (list.type !== undefined) query.set('filter_by', list.type);
    if (list.orderBy !== undefined) query.set('order_by', list.orderBy);
    if (list.host !== undefined) query.set('host', list.host);
    query.set('page', String(to));
    return `${root}/?${query}`;
  };
  return html`<nav class="pager" aria-label="Pages of services">
${page > 1 ? html`<a class="button" rel="prev" href="${address(page - 1)}">Previous</a>` : html`<span></span>`}
<span class="quiet">Page ${String(page)}</span>
${hasNext ? html`<a class="button" rel="next" href="${address(page + 1)}">Next</a>` : html`<span></span>`}
</nav>`;
}

function countInWords({ count, isEstimated }: RowCount): string {
  return `${isEstimated ? 'About ' : ''}${count.toLocaleString('en')} ${count === 1 ? 'service' : 'services'}`;
}
