import type { Response } from 'express';
import { type Html, html, sendPage } from '../../../../platform/http/page.ts';
import type { LayerAddresses } from '../layer-addresses.ts';
import type { ProxiedLayer } from '../proxied-layer.ts';

/** The longer side of the map on the page. */
const MAP_PIXELS = 736;

const STYLE = 'img { width: 100%; height: auto; border: 1px solid var(--line); background: #fff; }';

/** Sends a page that shows a layer, and where its maps are. */
export function sendLayerMapPage(
  response: Response,
  { layer }: ProxiedLayer,
  addresses: LayerAddresses,
): void {
  const title = layer.title || layer.name;
  sendPage(
    response,
    200,
    title,
    html`<h1>${title}</h1>
<p>${layer.abstract}</p>
<p>${mapOf(layer, addresses)}</p>
<p><a href="${new URL(addresses.mapUrl).pathname.replace(/map$/, '')}">Its checks, and what is known of it</a></p>
<table>
${row('WMS 1.3.0', `${addresses.serviceUrl}?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0`)}
${row('WMS 1.1.1', `${addresses.serviceUrl}?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.1.1`)}
${row('WMTS', addresses.wmtsCapabilitiesUrl)}
${row('TMS', addresses.tmsUrl)}
${row('Configuration', `${addresses.mapUrl}/config`)}
<tr><th scope="row">Tiles</th><td><code>${addresses.xyzTemplate}</code></td></tr>
</table>`,
    { style: STYLE },
  );
}

function row(name: string, url: string): Html {
  return html`<tr><th scope="row">${name}</th><td><a href="${url}">${url}</a></td></tr>`;
}

/** Shows the box of the layer, with some room around a layer that is a point or a line. */
function mapOf({ name, title, box }: ProxiedLayer['layer'], { mapUrl }: LayerAddresses): Html {
  const width = Math.max(box.maxX - box.minX, 0.01);
  const height = Math.max(box.maxY - box.minY, width / 4, 0.01);
  const middle = { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
  const scale = MAP_PIXELS / Math.max(width, height);
  const query = new URLSearchParams({
    SERVICE: 'WMS',
    VERSION: '1.1.1',
    REQUEST: 'GetMap',
    LAYERS: name,
    STYLES: '',
    SRS: 'EPSG:4326',
    BBOX: [middle.x - width / 2, middle.y - height / 2, middle.x + width / 2, middle.y + height / 2].join(
      ',',
    ),
    WIDTH: String(Math.max(1, Math.round(width * scale))),
    HEIGHT: String(Math.max(1, Math.round(height * scale))),
    FORMAT: 'image/png',
    EXCEPTIONS: 'application/vnd.ogc.se_inimage',
  });
  return html`<img alt="Map of ${title || name}" src="${new URL(mapUrl).pathname}/service?${query.toString()}">`;
}
