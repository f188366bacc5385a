import type { WmtsLayer, WmtsService } from '../../../../map-kit/capabilities/wmts-capabilities.ts';
import { TILE_GRIDS } from '../../../../map-kit/tile-grids/tile-grid.ts';
import { TILE_FORMATS } from '../../../../map-kit/wmts/tile-formats.ts';
import type { CollectionExtent } from '../../catalogue/product.ts';
import type { TileLayer } from '../../tiles/tile-layers.ts';
import { isoText, WHOLE_TIME } from '../../tiles/tile-time.ts';
import { SERVICE_TITLE } from '../service-title.ts';

/** A layer, and what its collection covers; `undefined` as long as it is empty. */
export interface DescribedLayer {
  readonly layer: TileLayer;
  readonly extent: CollectionExtent | undefined;
}

/** Where the service is. */
export interface WmtsAddresses {
  /** For key-value pairs; without a query. */
  readonly kvpUrl: string;
  /** What the paths of tiles and `WMTSCapabilities.xml` are below; without a slash at its end. */
  readonly restUrl: string;
}

const [PREFERRED] = TILE_FORMATS;

/** Describes the tile service: a layer for each collection, and one for each way to draw it. */
export function describeWmts(
  layers: readonly DescribedLayer[],
  { kvpUrl, restUrl }: WmtsAddresses,
): WmtsService {
  return {
    title: SERVICE_TITLE,
    abstract: 'Tiles of earth-observation images.',
    kvpUrl,
    restUrl,
    capabilitiesUrl: `${restUrl}/WMTSCapabilities.xml`,
    layers: layers.map((layer) => describeLayer(layer, restUrl)),
    grids: TILE_GRIDS,
  };
}

function describeLayer({ layer, extent }: DescribedLayer, restUrl: string): WmtsLayer {
  const values = extent ? [`${isoText(extent.begins)}--${isoText(extent.ends)}`] : [];
  return {
    name: layer.name,
    title: layer.title,
    box: extent?.box,
    mimeTypes: TILE_FORMATS.map(({ mimeType }) => mimeType),
    time: { default: WHOLE_TIME, values: [WHOLE_TIME, ...values] },
    tileTemplate: {
      mimeType: PREFERRED.mimeType,
      url: `${restUrl}/${encodeURIComponent(layer.name)}/{Style}/{time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.${PREFERRED.extension}`,
    },
  };
}
