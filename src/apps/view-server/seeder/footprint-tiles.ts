import { transformBox } from '../../../map-kit/crs.ts';
import {
  boxOfTile,
  type TileGrid,
  type TileIndex,
  tilesOfBox,
} from '../../../map-kit/tile-grids/tile-grid.ts';
import { boxesOf, footprintOfBox } from '../catalogue/footprint.ts';
import { meetsPolygons } from '../catalogue/footprint-meets.ts';
import type { Footprint } from '../catalogue/product.ts';

/** Lists the tiles of a level that meet a footprint, row by row. */
export function* tilesOfFootprint(grid: TileGrid, z: number, footprint: Footprint): Generator<TileIndex> {
  for (const box of boxesOf(footprint)) {
    const range = tilesOfBox(grid, z, transformBox(box, 'EPSG:4326', grid.srs));
    if (!range) continue;
    for (let y = range.minY; y <= range.maxY; y += 1) {
      for (let x = range.minX; x <= range.maxX; x += 1) {
        const tile = transformBox(boxOfTile(grid, { z, x, y }), grid.srs, 'EPSG:4326');
        if (meetsPolygons(footprint, footprintOfBox(tile).coordinates)) yield { z, x, y };
      }
    }
  }
}
