import { describe, expect, it } from '@jest/globals';
import { transformBox } from '../../../src/map-kit/crs.ts';
import {
  boxOfTile,
  GOOGLE_MAPS_COMPATIBLE,
  hasTile,
  resolutionOf,
  scaleDenominatorOf,
  sizeOfLevel,
  TILE_GRIDS,
  tileOfBox,
  tilesOfBox,
  WGS84,
} from '../../../src/map-kit/tile-grids/tile-grid.ts';

describe('the grid WGS84', () => {
  it('has the numbers of MapCache', () => {
    expect(resolutionOf(WGS84, 0)).toBe(0.703125);
    expect(scaleDenominatorOf(WGS84, 0)).toBe(279541132.0143589);
    expect(resolutionOf(WGS84, 17)).toBeCloseTo(0.00000536441802978516, 20);
    expect(sizeOfLevel(WGS84, 3)).toEqual({ columns: 16, rows: 8 });
  });

  it('counts rows from the north', () => {
    expect(boxOfTile(WGS84, { z: 1, x: 0, y: 0 })).toEqual({ minX: -180, minY: 0, maxX: -90, maxY: 90 });
    expect(boxOfTile(WGS84, { z: 1, x: 3, y: 1 })).toEqual({ minX: 90, minY: -90, maxX: 180, maxY: 0 });
  });

  it('has no tile outside of its levels, columns and rows', () => {
    const outside = [
      { z: 18, x: 0, y: 0 },
      { z: -1, x: 0, y: 0 },
      { z: 0, x: 2, y: 0 },
      { z: 0, x: 0, y: 1 },
      { z: 0, x: 0.5, y: 0 },
      { z: 1, x: Number.NaN, y: 0 },
    ];
    expect(outside.filter((tile) => hasTile(WGS84, tile))).toEqual([]);
    expect(hasTile(WGS84, { z: 17, x: 2 ** 18 - 1, y: 2 ** 17 - 1 })).toBe(true);
  });
});

describe('the grid GoogleMapsCompatible', () => {
  it('has the numbers of the scale set of the OGC', () => {
    expect(resolutionOf(GOOGLE_MAPS_COMPATIBLE, 0)).toBe(156543.03392804097);
    expect(scaleDenominatorOf(GOOGLE_MAPS_COMPATIBLE, 0)).toBe(559082264.0287178);
    expect(scaleDenominatorOf(GOOGLE_MAPS_COMPATIBLE, 18)).toBeCloseTo(2132.729583849784, 9);
  });

  it('covers all longitudes, and latitudes to 85 degrees', () => {
    const world = transformBox(GOOGLE_MAPS_COMPATIBLE.extent, 'EPSG:3857', 'EPSG:4326');
    expect(world.minX).toBeCloseTo(-180, 9);
    expect(world.maxY).toBeCloseTo(85.0511287798066, 9);
  });
});

describe('tiles of a box', () => {
  it('are those that it covers in part, and none that it only touches', () => {
    const range = tilesOfBox(WGS84, 2, { minX: -45, minY: 0, maxX: 45.1, maxY: 44 });
    expect(range).toEqual({ z: 2, minX: 3, maxX: 5, minY: 1, maxY: 1 });
  });

  it('are one for a point, also on the border of the grid', () => {
    const corner = { minX: 180, minY: -90, maxX: 180, maxY: -90 };
    expect(tilesOfBox(WGS84, 1, corner)).toEqual({ z: 1, minX: 3, maxX: 3, minY: 1, maxY: 1 });
  });

  it('are none outside of the grid', () => {
    expect(tilesOfBox(WGS84, 1, { minX: 181, minY: 0, maxX: 190, maxY: 1 })).toBeUndefined();
    expect(tilesOfBox(WGS84, 1, { minX: Number.NaN, minY: 0, maxX: 190, maxY: 1 })).toBeUndefined();
  });
});

describe('the tile of a box', () => {
  it.each(TILE_GRIDS)('is found for each tile of $name', (grid) => {
    for (let z = 0; z < grid.levelCount; z += 1) {
      const { columns, rows } = sizeOfLevel(grid, z);
      for (const tile of [
        { z, x: 0, y: 0 },
        { z, x: columns - 1, y: rows - 1 },
        { z, x: Math.floor(columns / 3), y: Math.floor(rows / 3) },
      ]) {
        expect(tileOfBox(grid, boxOfTile(grid, tile))).toEqual(tile);
      }
    }
  });

  it('is none where the borders differ', () => {
    expect(tileOfBox(WGS84, { minX: -180, minY: 0, maxX: -90, maxY: 91 })).toBeUndefined();
    expect(tileOfBox(WGS84, { minX: -179, minY: 0, maxX: -89, maxY: 90 })).toBeUndefined();
    expect(tileOfBox(WGS84, { minX: 1, minY: 1, maxX: 1, maxY: 1 })).toBeUndefined();
  });
});
