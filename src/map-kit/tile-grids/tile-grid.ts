import type { Box } from '../box.ts';
import type { Srs } from '../crs.ts';

/** Pixels of a side of a tile. */
export const TILE_PIXELS = 256;

/** A tile of a grid. */
export interface TileIndex {
  /** The level: 0 is the coarsest. */
  readonly z: number;
  /** The column, from the west. */
  readonly x: number;
  /** The row, from the north, as WMTS counts. */
  readonly y: number;
}

/** Tiles of one level that form a rectangle; both ends are included. */
export interface TileRange {
  readonly z: number;
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

/** A pyramid of square tiles. Each level has twice the columns and rows of the one before. */
export interface TileGrid {
  /** What services call it: `WGS84`. */
  readonly name: string;
  readonly srs: Srs;
  /** What the tiles of each level cover, in the units of `srs`. */
  readonly extent: Box;
  /** Of level 0. */
  readonly columns: number;
  readonly rows: number;
  /** Units of `srs` that a pixel of level 0 covers. */
  readonly resolution: number;
  /** Of level 0, with the pixels of 0.28 mm of the OGC. */
  readonly scaleDenominator: number;
  readonly levelCount: number;
}

/** Longitude and latitude; level 0 has two tiles. The numbers are those of MapCache's grid of this name. */
export const WGS84: TileGrid = {
  name: 'WGS84',
  srs: 'EPSG:4326',
  extent: { minX: -180, minY: -90, maxX: 180, maxY: 90 },
  columns: 2,
  rows: 1,
  resolution: 0.703125,
  scaleDenominator: 279541132.0143589,
  levelCount: 18,
};

/** Half of the world's width in web Mercator, in metres. */
const MERCATOR_HALF = 20037508.342789244;

/** Web Mercator, as most web maps have it. */
export const GOOGLE_MAPS_COMPATIBLE: TileGrid = {
  name: 'GoogleMapsCompatible',
  srs: 'EPSG:3857',
  extent: { minX: -MERCATOR_HALF, minY: -MERCATOR_HALF, maxX: MERCATOR_HALF, maxY: MERCATOR_HALF },
  columns: 1,
  rows: 1,
  resolution: 156543.03392804097,
  scaleDenominator: 559082264.0287178,
  levelCount: 19,
};

/** All grids. */
export const TILE_GRIDS: readonly TileGrid[] = [WGS84, GOOGLE_MAPS_COMPATIBLE];

/** Columns and rows of a level. */
export function sizeOfLevel(grid: TileGrid, z: number): { readonly columns: number; readonly rows: number } {
  return { columns: grid.columns * 2 ** z, rows: grid.rows * 2 ** z };
}

/** Units of the reference system that a pixel of a level covers. */
export function resolutionOf(grid: TileGrid, z: number): number {
  return grid.resolution / 2 ** z;
}

/** The scale denominator of a level. */
export function scaleDenominatorOf(grid: TileGrid, z: number): number {
  return grid.scaleDenominator / 2 ** z;
}

/** Returns whether the grid has such a level, column and row. */
export function hasTile(grid: TileGrid, { z, x, y }: TileIndex): boolean {
  if (!isIndex(z, grid.levelCount)) return false;
  const { columns, rows } = sizeOfLevel(grid, z);
  return isIndex(x, columns) && isIndex(y, rows);
}

function isIndex(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

/** What a tile covers, in the units of the grid. */
export function boxOfTile(grid: TileGrid, { z, x, y }: TileIndex): Box {
  const { extent } = grid;
  const { columns, rows } = sizeOfLevel(grid, z);
  // From the nearer end of a fraction, so that neighbours have the same border, and the last one the grid's.
  const across = (share: number) => extent.minX * (1 - share) + extent.maxX * share;
  const down = (share: number) => extent.maxY * (1 - share) + extent.minY * share;
  return {
    minX: across(x / columns),
    minY: down((y + 1) / rows),
    maxX: across((x + 1) / columns),
    maxY: down(y / rows),
  };
}

/** A share of a tile below which it counts as not met: boxes whose borders only touch have no tile in common. */
const TOUCH = 1e-6;

/** Returns the tiles of a level that a box covers, also in part; `undefined` if it lies outside. */
export function tilesOfBox(grid: TileGrid, z: number, box: Box): TileRange | undefined {
  const { extent } = grid;
  const { columns, rows } = sizeOfLevel(grid, z);
  const column = (x: number) => ((x - extent.minX) / (extent.maxX - extent.minX)) * columns;
  const row = (y: number) => ((extent.maxY - y) / (extent.maxY - extent.minY)) * rows;
  const across = spanOf(column(box.minX), column(box.maxX), columns);
  const down = spanOf(row(box.maxY), row(box.minY), rows);
  if (!across || !down) return undefined;
  return { z, minX: across.first, maxX: across.last, minY: down.first, maxY: down.last };
}

/** A point or a line belongs to one tile. */
function spanOf(
  start: number,
  end: number,
  count: number,
): { readonly first: number; readonly last: number } | undefined {
  if (!(end >= 0 && start <= count)) return undefined;
  const first = clamp(Math.floor(start + TOUCH), count);
  const last = clamp(Math.ceil(end - TOUCH) - 1, count);
  return { first, last: Math.max(first, last) };
}

function clamp(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}

/**
 * Returns the tile of a grid that covers exactly a box, with pixels of a tile.
 *
 * @param toleranceShare the part of a pixel by which borders may differ.
 */
export function tileOfBox(grid: TileGrid, box: Box, toleranceShare = 0.01): TileIndex | undefined {
  const resolution = (box.maxX - box.minX) / TILE_PIXELS;
  const z = Math.round(Math.log2(grid.resolution / resolution));
  if (!(z >= 0 && z < grid.levelCount)) return undefined;
  const middle = { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
  const range = tilesOfBox(grid, z, { minX: middle.x, minY: middle.y, maxX: middle.x, maxY: middle.y });
  if (!range) return undefined;
  const tile = { z, x: range.minX, y: range.minY };
  const own = boxOfTile(grid, tile);
  const tolerance = resolutionOf(grid, z) * toleranceShare;
  const isSame = (['minX', 'minY', 'maxX', 'maxY'] as const).every(
    (side) => Math.abs(own[side] - box[side]) <= tolerance,
  );
  return isSame ? tile : undefined;
}
