import { type Srs, transformBox } from '../../../../map-kit/crs.ts';
import { resolutionOf, TILE_PIXELS, type TileGrid } from '../../../../map-kit/tile-grids/tile-grid.ts';
import { xmlDocument } from '../../../../map-kit/xml-document.ts';
import type { LayerAddresses } from '../layer-addresses.ts';
import { LAYER_GRIDS } from '../layer-grids.ts';
import { type ProxiedLayer, reachOf } from '../proxied-layer.ts';

const VERSION = '1.0.0';

/** The sets of levels that TMS has a name for. */
const PROFILES: Readonly<Record<Srs, string>> = {
  'EPSG:3857': 'global-mercator',
  'EPSG:4326': 'global-geodetic',
};

/** Returns the list of the tile maps of a layer, one for each grid (Tile Map Service 1.0.0 of OSGeo). */
export function tileMapService({ layer }: ProxiedLayer, addresses: LayerAddresses): string {
  const title = layer.title || layer.name;
  return xmlDocument({
    TileMapService: {
      '@version': VERSION,
      '@services': addresses.mapUrl,
      Title: title,
      Abstract: layer.abstract,
      TileMaps: {
        TileMap: LAYER_GRIDS.map((grid) => ({
          '@title': title,
          '@srs': grid.srs,
          '@profile': PROFILES[grid.srs],
          '@href': tileMapUrl(layer.name, grid, addresses),
        })),
      },
    },
  });
}

/** Returns the description of the tiles of a layer in a grid. */
export function tileMap(proxied: ProxiedLayer, grid: TileGrid, addresses: LayerAddresses): string {
  const { layer } = proxied;
  const { minX, minY, maxX, maxY } = transformBox(reachOf(layer), 'EPSG:4326', grid.srs);
  const url = tileMapUrl(layer.name, grid, addresses);
  return xmlDocument({
    TileMap: {
      '@version': VERSION,
      '@tilemapservice': addresses.tmsUrl,
      Title: layer.title || layer.name,
      Abstract: layer.abstract,
      SRS: grid.srs,
      BoundingBox: { '@minx': minX, '@miny': minY, '@maxx': maxX, '@maxy': maxY },
      Origin: { '@x': grid.extent.minX, '@y': grid.extent.minY },
      TileFormat: {
        '@width': TILE_PIXELS,
        '@height': TILE_PIXELS,
        '@mime-type': 'image/png',
        '@extension': 'png',
      },
      TileSets: {
        '@profile': PROFILES[grid.srs],
        TileSet: Array.from({ length: grid.levelCount }, (_, z) => ({
          '@href': `${url}/${z}`,
          '@units-per-pixel': resolutionOf(grid, z),
          '@order': z,
        })),
      },
    },
  });
}

function tileMapUrl(name: string, grid: TileGrid, { tmsUrl }: LayerAddresses): string {
  return `${tmsUrl}/${encodeURIComponent(name)}/${grid.name}`;
}
