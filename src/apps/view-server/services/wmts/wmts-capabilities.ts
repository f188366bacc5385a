import {
  scaleDenominatorOf,
  sizeOfLevel,
  TILE_GRIDS,
  TILE_PIXELS,
  type TileGrid,
} from '../../../../map-kit/tile-grids/tile-grid.ts';
import { XLINK, type XmlContent, XSI, xmlDocument } from '../../../../map-kit/xml-document.ts';
import type { CollectionExtent } from '../../catalogue/product.ts';
import type { TileLayer } from '../../tiles/tile-layers.ts';
import { isoText, WHOLE_TIME } from '../../tiles/tile-time.ts';
import { DEFAULT_STYLE } from './tile-call.ts';
import { TILE_FORMATS } from './tile-formats.ts';

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

/** The systems of the grids, and well-known sets of scales. Longitude comes first in both. */
const SYSTEMS = {
  'EPSG:4326': { crs: 'urn:ogc:def:crs:OGC:1.3:CRS84', scaleSet: undefined },
  'EPSG:3857': {
    crs: 'urn:ogc:def:crs:EPSG::3857',
    scaleSet: 'urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible',
  },
} as const;

const [PREFERRED] = TILE_FORMATS;

/** Returns the capabilities of WMTS 1.0.0. */
export function wmtsCapabilities(layers: readonly DescribedLayer[], addresses: WmtsAddresses): string {
  const { kvpUrl, restUrl } = addresses;
  return xmlDocument({
    Capabilities: {
      '@xmlns': 'http://www.opengis.net/wmts/1.0',
      '@xmlns:ows': 'http://www.opengis.net/ows/1.1',
      '@xmlns:xlink': XLINK,
      '@xmlns:xsi': XSI,
      '@xsi:schemaLocation':
        'http://www.opengis.net/wmts/1.0 http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd',
      '@version': '1.0.0',
      'ows:ServiceIdentification': {
        'ows:Title': 'View server',
        'ows:Abstract': 'Tiles of earth-observation images.',
        'ows:ServiceType': 'OGC WMTS',
        'ows:ServiceTypeVersion': '1.0.0',
        'ows:Fees': 'none',
        'ows:AccessConstraints': 'none',
      },
      'ows:OperationsMetadata': {
        'ows:Operation': [
          operation('GetCapabilities', kvpUrl, `${restUrl}/WMTSCapabilities.xml`),
          operation('GetTile', kvpUrl, `${restUrl}/`),
        ],
      },
      Contents: {
        Layer: layers.map((layer) => describeLayer(layer, restUrl)),
        TileMatrixSet: TILE_GRIDS.map(describeGrid),
      },
      ServiceMetadataURL: { '@xlink:href': `${restUrl}/WMTSCapabilities.xml` },
    },
  });
}

function operation(name: string, kvpUrl: string, restUrl: string): XmlContent {
  const get = (url: string, encoding: string): XmlContent => ({
    '@xlink:href': url,
    'ows:Constraint': {
      '@name': 'GetEncoding',
      'ows:AllowedValues': { 'ows:Value': encoding },
    },
  });
  return {
    '@name': name,
    'ows:DCP': { 'ows:HTTP': { 'ows:Get': [get(`${kvpUrl}?`, 'KVP'), get(restUrl, 'RESTful')] } },
  };
}

function describeLayer({ layer, extent }: DescribedLayer, restUrl: string): XmlContent {
  const { box } = extent ?? {};
  return {
    'ows:Title': layer.title,
    'ows:WGS84BoundingBox': box && {
      'ows:LowerCorner': `${box.minX} ${box.minY}`,
      'ows:UpperCorner': `${box.maxX} ${box.maxY}`,
    },
    'ows:Identifier': layer.name,
    Style: { '@isDefault': 'true', 'ows:Title': 'Default', 'ows:Identifier': DEFAULT_STYLE },
    Format: TILE_FORMATS.map(({ mimeType }) => mimeType),
    Dimension: {
      'ows:Identifier': 'time',
      'ows:UOM': 'ISO8601',
      Default: WHOLE_TIME,
      Value: [WHOLE_TIME, ...(extent ? [`${isoText(extent.begins)}--${isoText(extent.ends)}`] : [])],
    },
    TileMatrixSetLink: TILE_GRIDS.map(({ name }) => ({ TileMatrixSet: name })),
    // OpenLayers takes tiles from all templates in turn, whatever their format.
    ResourceURL: {
      '@format': PREFERRED.mimeType,
      '@resourceType': 'tile',
      '@template': `${restUrl}/${encodeURIComponent(layer.name)}/{Style}/{time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.${PREFERRED.extension}`,
    },
  };
}

function describeGrid(grid: TileGrid): XmlContent {
  const { crs, scaleSet } = SYSTEMS[grid.srs];
  const { extent } = grid;
  return {
    'ows:Identifier': grid.name,
    'ows:BoundingBox': {
      '@crs': crs,
      'ows:LowerCorner': `${extent.minX} ${extent.minY}`,
      'ows:UpperCorner': `${extent.maxX} ${extent.maxY}`,
    },
    'ows:SupportedCRS': crs,
    WellKnownScaleSet: scaleSet,
    TileMatrix: Array.from({ length: grid.levelCount }, (_, z) => {
      const { columns, rows } = sizeOfLevel(grid, z);
      return {
        'ows:Identifier': z,
        ScaleDenominator: scaleDenominatorOf(grid, z),
        TopLeftCorner: `${extent.minX} ${extent.maxY}`,
        TileWidth: TILE_PIXELS,
        TileHeight: TILE_PIXELS,
        MatrixWidth: columns,
        MatrixHeight: rows,
      };
    }),
  };
}
