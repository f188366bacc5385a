import type { WmtsService } from '../../../../map-kit/capabilities/wmts-capabilities.ts';
import { TILE_FORMATS } from '../../../../map-kit/wmts/tile-formats.ts';
import type { LayerAddresses } from '../layer-addresses.ts';
import { LAYER_GRIDS } from '../layer-grids.ts';
import type { ProxiedLayer } from '../proxied-layer.ts';

/** Describes the tile service of a layer. */
export function describeWmts({ layer }: ProxiedLayer, addresses: LayerAddresses): WmtsService {
  const title = layer.title || layer.name;
  return {
    title,
    abstract: layer.abstract,
    kvpUrl: addresses.serviceUrl,
    restUrl: addresses.tilesUrl,
    capabilitiesUrl: addresses.wmtsCapabilitiesUrl,
    layers: [
      {
        name: layer.name,
        title,
        abstract: layer.abstract,
        box: layer.box,
        mimeTypes: ['image/png', ...TILE_FORMATS.map(({ mimeType }) => mimeType)].filter(
          (mimeType, index, all) => all.indexOf(mimeType) === index,
        ),
        tileTemplate: {
          mimeType: 'image/png',
          url: `${addresses.tilesUrl}/${encodeURIComponent(layer.name)}/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.png`,
        },
      },
    ],
    grids: LAYER_GRIDS,
  };
}
