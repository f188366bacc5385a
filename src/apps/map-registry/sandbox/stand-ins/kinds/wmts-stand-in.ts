import {
  GOOGLE_MAPS_COMPATIBLE,
  scaleDenominatorOf,
  sizeOfLevel,
  TILE_PIXELS,
} from '../../../../../map-kit/tile-grids/tile-grid.ts';
import { XLINK, type XmlContent, xmlDocument } from '../../../../../map-kit/xml-document.ts';
import { type StandInKind, type StandInReply, type StandInRequest, xmlReply } from '../stand-in-kind.ts';
import { findLayer, type StandInLayer, type StandInService } from '../stand-in-layer.ts';
import { MERCATOR_WORLD, tileReply } from './map-request.ts';

/** A Web Map Tile Service. */
export interface WmtsStandIn extends StandInService {
  /** Where it is: `/wmts`. */
  readonly path: string;
  /** How tiles are asked for: by parameters, or by paths. */
  readonly encoding: 'KVP' | 'REST';
}

const GRID = GOOGLE_MAPS_COMPATIBLE;

/** Levels that it has. */
const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** Replies as a WMTS: its capabilities, and tiles. */
export function wmtsStandIn(service: WmtsStandIn): StandInKind {
  return async (request) => {
    const { url, query } = request;
    if (url.pathname === `${service.path}/1.0.0/WMTSCapabilities.xml`)
      return capabilitiesReply(service, request);
    const tile = await pathTile(service, request);
    if (tile) return tile;
    if (url.pathname !== service.path) return undefined;
    const asked = query.get('request')?.toLowerCase();
    if (asked === 'getcapabilities' && query.get('service')?.toUpperCase() === 'WMTS') {
      return capabilitiesReply(service, request);
    }
    return (asked === 'gettile' ? await parameterTile(service, request) : undefined) ?? exceptionReply();
  };
}

async function pathTile(
  { path, layers }: WmtsStandIn,
  { url }: StandInRequest,
): Promise<StandInReply | undefined> {
  if (!url.pathname.startsWith(`${path}/tiles/`)) return undefined;
  const [name, z, y, x] = url.pathname
    .slice(`${path}/tiles/`.length)
    .replace(/\.png$/, '')
    .split('/');
  const layer = findLayer(layers, name);
  return layer && tileReply(layer, { z: Number(z), x: Number(x), y: Number(y) });
}

async function parameterTile(
  { layers }: WmtsStandIn,
  { query }: StandInRequest,
): Promise<StandInReply | undefined> {
  const layer = findLayer(layers, query.get('layer'));
  const number = (name: string) => Number(query.get(name) ?? Number.NaN);
  return layer && tileReply(layer, { z: number('tilematrix'), x: number('tilecol'), y: number('tilerow') });
}

function exceptionReply(): StandInReply {
  return xmlReply(
    xmlDocument({
      'ows:ExceptionReport': {
        '@xmlns:ows': 'http://www.opengis.net/ows/1.1',
        '@version': '1.0.0',
        'ows:Exception': {
          '@exceptionCode': 'InvalidParameterValue',
          'ows:ExceptionText': 'There is no such tile',
        },
      },
    }),
    400,
  );
}

function capabilitiesReply(service: WmtsStandIn, { url }: StandInRequest): StandInReply {
  const address = `${url.origin}${service.path}`;
  return xmlReply(
    xmlDocument({
      Capabilities: {
        '@xmlns': 'http://www.opengis.net/wmts/1.0',
        '@xmlns:ows': 'http://www.opengis.net/ows/1.1',
        '@xmlns:xlink': XLINK,
        '@version': '1.0.0',
        'ows:ServiceIdentification': {
          ...head(service),
          'ows:ServiceType': 'OGC WMTS',
          'ows:ServiceTypeVersion': '1.0.0',
        },
        'ows:OperationsMetadata': service.encoding === 'KVP' ? operations(`${address}?`) : undefined,
        Contents: {
          Layer: service.layers.map((layer) => layerContent(service, layer, address)),
          TileMatrixSet: tileMatrixSet(),
        },
      },
    }),
  );
}

function head({ title, abstract, keywords }: StandInService | StandInLayer): XmlContent {
  return {
    'ows:Title': title,
    'ows:Abstract': abstract,
    ...(keywords ? { 'ows:Keywords': { 'ows:Keyword': keywords } } : {}),
  };
}

function operations(address: string): XmlContent {
  const operation = (name: string): XmlContent => ({
    '@name': name,
    'ows:DCP': {
      'ows:HTTP': {
        'ows:Get': {
          '@xlink:href': address,
          'ows:Constraint': { '@name': 'GetEncoding', 'ows:AllowedValues': { 'ows:Value': 'KVP' } },
        },
      },
    },
  });
  return { 'ows:Operation': [operation('GetCapabilities'), operation('GetTile')] };
}

function layerContent({ encoding }: WmtsStandIn, layer: StandInLayer, address: string): XmlContent {
  const { box } = layer;
  return {
    ...head(layer),
    'ows:WGS84BoundingBox': box && {
      'ows:LowerCorner': `${box.minX} ${box.minY}`,
      'ows:UpperCorner': `${box.maxX} ${box.maxY}`,
    },
    'ows:Identifier': layer.name,
    Style: { '@isDefault': 'true', 'ows:Identifier': 'default' },
    Format: 'image/png',
    TileMatrixSetLink: { TileMatrixSet: GRID.name },
    ResourceURL:
      encoding === 'REST'
        ? {
            '@format': 'image/png',
            '@resourceType': 'tile',
            '@template': `${address}/tiles/${layer.name}/{TileMatrix}/{TileRow}/{TileCol}.png`,
          }
        : undefined,
  };
}

function tileMatrixSet(): XmlContent {
  return {
    'ows:Identifier': GRID.name,
    'ows:SupportedCRS': 'urn:ogc:def:crs:EPSG::3857',
    TileMatrix: LEVELS.map((z) => {
      const { columns, rows } = sizeOfLevel(GRID, z);
      return {
        'ows:Identifier': z,
        ScaleDenominator: scaleDenominatorOf(GRID, z),
        TopLeftCorner: `${MERCATOR_WORLD.minX} ${MERCATOR_WORLD.maxY}`,
        TileWidth: TILE_PIXELS,
        TileHeight: TILE_PIXELS,
        MatrixWidth: columns,
        MatrixHeight: rows,
      };
    }),
  };
}
