import { type Box, boxesMeet } from '../../../map-kit/box.ts';
import { transformBox } from '../../../map-kit/crs.ts';
import {
  boxOfTile,
  type TileGrid,
  type TileIndex,
  tilesOfBox,
} from '../../../map-kit/tile-grids/tile-grid.ts';
import { boxesOf } from '../catalogue/footprint.ts';
import type { Footprint } from '../catalogue/product.ts';

type Position = readonly [longitude: number, latitude: number];

/** Lists the tiles of a level that meet a footprint, row by row. */
export function* tilesOfFootprint(grid: TileGrid, z: number, footprint: Footprint): Generator<TileIndex> {
  for (const box of boxesOf(footprint)) {
    const range = tilesOfBox(grid, z, transformBox(box, 'EPSG:4326', grid.srs));
    if (!range) continue;
    for (let y = range.minY; y <= range.maxY; y += 1) {
      for (let x = range.minX; x <= range.maxX; x += 1) {
        const tile = transformBox(boxOfTile(grid, { z, x, y }), grid.srs, 'EPSG:4326');
        if (footprintMeets(footprint, tile)) yield { z, x, y };
      }
    }
  }
}

/** Returns whether a footprint and a box have a point in common. */
export function footprintMeets({ coordinates }: Footprint, box: Box): boolean {
  return coordinates.some((rings) => {
    if (rings.some((ring) => ringCrosses(ring, box))) return true;
    // No border is in the box: it is all inside of the polygon, or all outside.
    return isInside(rings, [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2]);
  });
}

function ringCrosses(ring: readonly Position[], box: Box): boolean {
  return ring.some((position, index) => lineMeets(position, ring[index + 1] ?? position, box));
}

/** Whether a line and a box have a point in common: what is left of the line when it is cut at each side of the box. */
function lineMeets([x, y]: Position, [toX, toY]: Position, box: Box): boolean {
  const around = {
    minX: Math.min(x, toX),
    maxX: Math.max(x, toX),
    minY: Math.min(y, toY),
    maxY: Math.max(y, toY),
  };
  if (!boxesMeet(around, box)) return false;
  let from = 0;
  let to = 1;
  const sides = [
    [-(toX - x), x - box.minX],
    [toX - x, box.maxX - x],
    [-(toY - y), y - box.minY],
    [toY - y, box.maxY - y],
  ] as const;
  for (const [direction, distance] of sides) {
    if (direction === 0) {
      if (distance < 0) return false;
    } else if (direction < 0) from = Math.max(from, distance / direction);
    else to = Math.min(to, distance / direction);
  }
  return from <= to;
}

/** Counts the borders to the east of a point; holes count as well. */
function isInside(rings: readonly (readonly Position[])[], [x, y]: Position): boolean {
  let crossings = 0;
  for (const ring of rings) {
    for (const [index, [fromX, fromY]] of ring.entries()) {
      const [toX, toY] = ring[index + 1] ?? [fromX, fromY];
      if (fromY > y !== toY > y && x < fromX + ((y - fromY) * (toX - fromX)) / (toY - fromY)) crossings += 1;
    }
  }
  return crossings % 2 === 1;
}
