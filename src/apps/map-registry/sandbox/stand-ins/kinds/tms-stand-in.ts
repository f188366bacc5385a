import {
  GOOGLE_MAPS_COMPATIBLE,
  resolutionOf,
  sizeOfLevel,
  TILE_PIXELS,
} from '../../../../../map-kit/tile-grids/tile-grid.ts';
import { type XmlContent, xmlDocument } from '../../../../../map-kit/xml-document.ts';
import { type StandInKind, type StandInReply, type StandInRequest, xmlReply } from '../stand-in-kind.ts';
import { findLayer, type StandInLayer, type StandInService } from '../stand-in-layer.ts';
import { MERCATOR_WORLD, tileReply } from './map-request.ts';

/** A Tile Map Service. */
export interface TmsStandIn extends StandInService {
  /** Where its version 1.0.0 is: `/tms/1.0.0`. */
  readonly path: string;
}

const GRID = GOOGLE_MAPS_COMPATIBLE;

/** Levels that it has. */
const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** Replies as a TMS: the service, its maps, and tiles. */
export function tmsStandIn(service: TmsStandIn): StandInKind {
  return (request) => {
    const { pathname } = request.url;
    const path = pathname.replace(/\/$/, '');
    if (path === service.path) return serviceReply(service, request);
    if (!path.startsWith(`${service.path}/`)) return undefined;
    const [name, z, x, y] = path
      .slice(service.path.length + 1)
      .replace(/\.png$/, '')
      .split('/');
    const layer = findLayer(service.layers, name);
    if (!layer) return undefined;
    if (z === undefined) return mapReply(service, layer, request);
    return tileFromSouth(layer, { z: Number(z), x: Number(x), y: Number(y) });
  };
}

/** Rows are counted from the south. */
function tileFromSouth(
  layer: StandInLayer,
  { z, x, y }: { readonly z: number; readonly x: number; readonly y: number },
): Promise<StandInReply | undefined> {
  return tileReply(layer, { z, x, y: sizeOfLevel(GRID, z).rows - 1 - y });
}

function serviceReply(service: TmsStandIn, { url }: StandInRequest): StandInReply {
  return xmlReply(
    xmlDocument({
      TileMapService: {
        '@version': '1.0.0',
        '@services': url.origin,
        Title: service.title,
        Abstract: service.abstract ?? '',
        TileMaps: {
          TileMap: service.layers.map(({ name, title }) => ({
            '@title': title,
            '@srs': 'EPSG:3857',
            '@profile': 'global-mercator',
            '@href': `${url.origin}${service.path}/${name}`,
          })),
        },
      },
    }),
  );
}

function mapReply(
  { path }: TmsStandIn,
  { name, title, abstract = '' }: StandInLayer,
  { url }: StandInRequest,
): StandInReply {
  const address = `${url.origin}${path}`;
  const { minX, minY, maxX, maxY } = MERCATOR_WORLD;
  const tileSets: readonly XmlContent[] = LEVELS.map((z) => ({
    '@href': `${address}/${name}/${z}`,
    '@units-per-pixel': resolutionOf(GRID, z),
    '@order': z,
  }));
  return xmlReply(
    xmlDocument({
      TileMap: {
        '@version': '1.0.0',
        '@tilemapservice': address,
        Title: title,
        Abstract: abstract,
        SRS: 'EPSG:3857',
        BoundingBox: { '@minx': minX, '@miny': minY, '@maxx': maxX, '@maxy': maxY },
        Origin: { '@x': minX, '@y': minY },
        TileFormat: {
          '@width': TILE_PIXELS,
          '@height': TILE_PIXELS,
          '@mime-type': 'image/png',
          '@extension': 'png',
        },
        TileSets: { '@profile': 'global-mercator', TileSet: tileSets },
      },
    }),
  );
}
