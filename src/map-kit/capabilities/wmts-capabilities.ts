import type { Box } from '../box.ts';
import { scaleDenominatorOf, sizeOfLevel, TILE_PIXELS, type TileGrid } from '../tile-grids/tile-grid.ts';
import { DEFAULT_STYLE } from '../wmts/tile-call.ts';
import { XLINK, type XmlContent, XSI, xmlDocument } from '../xml-document.ts';

/** A Web Map Tile Service, as its capabilities describe it. All layers have all grids. */
export interface WmtsService {
  readonly title: string;
  readonly abstract: string;
  /** The address for key-value pairs, without a query. */
  readonly kvpUrl: string;
  /** What the paths of tiles are below; without a slash at its end. */
  readonly restUrl: string;
  /** Where the capabilities are, without a query. */
  readonly capabilitiesUrl: string;
  readonly layers: readonly WmtsLayer[];
  readonly grids: readonly TileGrid[];
}

/** A layer. */
export interface WmtsLayer {
  readonly name: string;
  readonly title: string;
  readonly abstract?: string | undefined;
  /** In longitude and latitude. */
  readonly box: Box | undefined;
  readonly mimeTypes: readonly string[];
  /** The times that it can be asked for. */
  readonly time?: { readonly default: string; readonly values: readonly string[] } | undefined;
  /** The address of its tiles with the names of WMTS in braces, and what they are. One: OpenLayers takes tiles from all in turn. */
  readonly tileTemplate: { readonly mimeType: string; readonly url: string };
}

/** The systems of the grids, and well-known sets of scales. Longitude comes first in both. */
const SYSTEMS = {
  'EPSG:4326': { crs: 'urn:ogc:def:crs:OGC:1.3:CRS84', scaleSet: undefined },
  'EPSG:3857': {
    crs: 'urn:ogc:def:crs:EPSG::3857',
    scaleSet: 'urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible',
  },
} as const;

/** Returns the capabilities of WMTS 1.0.0. */
export function wmtsCapabilities(service: WmtsService): string {
  const { kvpUrl, restUrl, capabilitiesUrl, grids } = service;
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
        'ows:Title': service.title,
        'ows:Abstract': service.abstract,
        'ows:ServiceType': 'OGC WMTS',
        'ows:ServiceTypeVersion': '1.0.0',
        'ows:Fees': 'none',
        'ows:AccessConstraints': 'none',
      },
      'ows:OperationsMetadata': {
        'ows:Operation': [
          operation('GetCapabilities', kvpUrl, capabilitiesUrl),
          operation('GetTile', kvpUrl, `${restUrl}/`),
        ],
      },
      Contents: {
        Layer: service.layers.map((layer) => describeLayer(layer, grids)),
        TileMatrixSet: grids.map(describeGrid),
      },
      ServiceMetadataURL: { '@xlink:href': capabilitiesUrl },
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

function describeLayer(layer: WmtsLayer, grids: readonly TileGrid[]): XmlContent {
  const { box, time, tileTemplate } = layer;
  return {
    'ows:Title': layer.title,
    'ows:Abstract': layer.abstract,
    'ows:WGS84BoundingBox': box && {
      'ows:LowerCorner': `${box.minX} ${box.minY}`,
      'ows:UpperCorner': `${box.maxX} ${box.maxY}`,
    },
    'ows:Identifier': layer.name,
    Style: { '@isDefault': 'true', 'ows:Title': 'Default', 'ows:Identifier': DEFAULT_STYLE },
    Format: layer.mimeTypes,
    Dimension: time && {
      'ows:Identifier': 'time',
      'ows:UOM': 'ISO8601',
      Default: time.default,
      Value: time.values,
    },
    TileMatrixSetLink: grids.map(({ name }) => ({ TileMatrixSet: name })),
    ResourceURL: {
      '@format': tileTemplate.mimeType,
      '@resourceType': 'tile',
      '@template': tileTemplate.url,
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
