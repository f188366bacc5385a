import { stringify } from 'yaml';
import type { LayerAddresses } from '../layer-addresses.ts';
import { LAYER_GRIDS } from '../layer-grids.ts';
import type { ProxiedLayer } from '../proxied-layer.ts';

/** Returns how a layer is drawn and where its maps are, as YAML, in the words of MapProxy's configuration. */
export function layerConfig(
  { layer, service, drawing }: ProxiedLayer,
  addresses: LayerAddresses,
  cacheSeconds: number,
): string {
  const { minX, minY, maxX, maxY } = layer.box;
  return stringify({
    services: {
      wms: { url: addresses.serviceUrl, versions: ['1.1.1', '1.3.0'] },
      wmts: { url: addresses.wmtsCapabilitiesUrl, tiles: addresses.xyzTemplate },
      tms: { url: addresses.tmsUrl },
    },
    layers: [{ name: layer.name, title: layer.title || layer.name, sources: ['layer_cache'] }],
    caches: {
      layer_cache: {
        grids: LAYER_GRIDS.map(({ name }) => name),
        sources: ['layer_source'],
        refresh_before: { seconds: cacheSeconds },
      },
    },
    sources: {
      layer_source: {
        type: drawing.kind === 'map' ? 'wms' : 'tile',
        service_type: service.type,
        url: withoutCredentials(service.url),
        supported_srs: drawing.kind === 'map' ? [...drawing.systems] : [drawing.srs],
        coverage: { bbox: [minX, minY, maxX, maxY], srs: 'EPSG:4326' },
      },
    },
    grids: Object.fromEntries(
      LAYER_GRIDS.map(({ name, srs, levelCount }) => [name, { srs, origin: 'nw', num_levels: levelCount }]),
    ),
  });
}

/** The page is public. */
function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (!url) return '';
  url.username = '';
  url.password = '';
  return url.href;
}
