import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { type Html, html } from '../../../platform/http/page.ts';
import { LAYERS } from '../admin/resources.ts';
import type { Catalog } from '../layers/layer.ts';
import type { LayerDetails } from '../layers/stored-layers.ts';
import type { ServiceDetails } from '../layers/stored-services.ts';
import { adminRecordPath } from './admin-paths.ts';
import { type CheckSummary, checkSection, minuteInWords } from './check-summary.ts';
import { factList, outsideLink, wordList } from './fact-list.ts';
import { catalogPath, registryPage } from './registry-page.ts';
import { typeBadge } from './type-badge.ts';

/** What the page of a layer shows. */
export interface ShownLayer {
  readonly layer: LayerDetails;
  readonly service: ServiceDetails;
  readonly checks: CheckSummary;
  /** ISO 8601, the oldest first. */
  readonly dates: readonly string[];
}

/** Returns the page of a layer; its script draws the map. */
export function layerPage(catalog: Catalog, { layer, service, checks, dates }: ShownLayer): ClientPage {
  const root = catalogPath(catalog);
  const address = `${root}/layer/${layer.uuid}`;
  const title = layer.title === '' ? layer.name : layer.title;
  return registryPage({
    title,
    catalog,
    script: 'layer',
    content: html`<main id="content" class="text">
<nav class="crumbs" aria-label="Above this page"><a href="${root}/">Services</a><span aria-hidden="true">/</span><a href="${root}/service/${service.uuid}/">${service.title === '' ? service.host : service.title}</a></nav>
<h1>${title}</h1>
<p class="facts">${typeBadge(service.type)}<span>${service.host}</span><span>${layer.name}</span></p>
${stateNotice(layer)}
<div class="columns">
<div>
${mapSection(address, layer)}
${layer.abstract.trim() === '' ? [] : html`<p class="abstract">${layer.abstract}</p>`}
${checkSection(layer, checks, { history: `${address}/checks/`, admin: adminRecordPath(LAYERS, layer.uuid) })}
</div>
<aside>
${
  layer.thumbnail === null
    ? []
    : html`<img class="picture" src="${address}/thumbnail" alt="The picture of the last check" width="150" height="150">`
}
<section class="sheet" aria-label="About the layer">${factList([
      ['Dates', wordList(dates)],
      ['Keywords', wordList(layer.keywords)],
      ['Box', boxInWords(layer)],
      ['Reference systems', wordList(layer.srs)],
      ['Source', outsideLink(service.url)],
      ['Page', layer.pageUrl === null ? undefined : outsideLink(layer.pageUrl)],
      ['Category', layer.category ?? undefined],
      ['User', layer.username ?? undefined],
      ['Updated', minuteInWords(layer.lastUpdated)],
    ])}</section>
<section class="sheet" aria-labelledby="use-heading"><h2 id="use-heading">Use it</h2>
${usageLinks(root, address, layer)}</section>
</aside>
</div>
</main>`,
  });
}

function stateNotice({ wasDeleted, isValid, invalidReason }: LayerDetails): Html | readonly Html[] {
  if (wasDeleted) return html`<p class="notice bad">Its service no longer has this layer.</p>`;
  if (isValid) return [];
  return html`<p class="notice bad">${invalidReason ?? 'It is not valid.'} It is not in the search.</p>`;
}

function mapSection(address: string, { name, box, drawing }: LayerDetails): Html {
  const corners = [box.minX, box.minY, box.maxX, box.maxY].join(',');
  const tiles = `${address}/map/wmts/${encodeURIComponent(name)}/default_grid/{z}/{x}/{y}.png`;
  return html`<section class="preview" aria-label="Map">
<div id="map" tabindex="0" role="application" aria-label="Map of the layer" aria-describedby="map-help" data-box="${corners}"${drawing === null ? [] : html` data-tiles="${tiles}"`}></div>
<p id="map-help" class="hidden">Arrow keys move the map. Plus and minus zoom.</p>
<p id="map-fault" class="notice bad" role="status" hidden>The map server does not draw the layer right now.</p>
${
  drawing === null
    ? html`<p class="quiet">The registry cannot draw this layer. The map shows its box.</p>`
    : html`<label class="opacity">Opacity <input id="opacity" type="range" min="0" max="100" value="100"></label>`
}
</section>`;
}

function usageLinks(root: string, address: string, { uuid, drawing }: LayerDetails): Html {
  const record = new URLSearchParams({
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecordById',
    elementsetname: 'full',
    id: uuid,
  });
  const links: readonly (readonly [string, string])[] = [
    ...(drawing === null
      ? []
      : ([
          ['WMTS', `${address}/map/wmts/1.0.0/WMTSCapabilities.xml`],
          ['WMS', `${address}/map/service?service=WMS&version=1.3.0&request=GetCapabilities`],
          ['TMS', `${address}/map/tms/1.0.0`],
          ['All addresses of its map', `${address}/map/`],
          ['Configuration for MapProxy', `${address}/map/config`],
        ] as const)),
    ['Record of CSW', `${root}/csw?${record}`],
  ];
  return html`<ul class="links">${links.map(([text, to]) => html`<li><a href="${to}">${text}</a></li>`)}</ul>`;
}

function boxInWords({ box }: LayerDetails): string {
  const degrees = (value: number, positive: string, negative: string) =>
    `${Number(Math.abs(value).toFixed(3))}° ${value < 0 ? negative : positive}`;
  return `${degrees(box.minX, 'E', 'W')} to ${degrees(box.maxX, 'E', 'W')}, ${degrees(box.minY, 'N', 'S')} to ${degrees(box.maxY, 'N', 'S')}`;
}
