import { transformBox } from '../../../../map-kit/crs.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { LayerDrawing, MapWindow, TileLevel } from '../../sources/map-source.ts';
import type { MapPictures } from '../fetching/map-pictures.ts';
import { emptyRgba } from './draw-map.ts';
import { pixelPositions } from './pixel-positions.ts';
import { resample } from './resample.ts';

/** Tiles that one map is put together of, and their pixels, at most. */
const MOST_TILES = 100;
const MOST_PIXELS = 4_096 ** 2;

/** A level may be coarser than the map by this factor. The difference is hard to see, and a quarter of the tiles is fetched. */
const COARSER_BY = 1.2;

/** A share of a tile below which it counts as not met. */
const TOUCH = 1e-6;

/** A layer whose server has tiles. */
export type DrawingOfTiles = Extract<LayerDrawing, { readonly kind: 'tiles' }>;

/** A map cannot be put together of the tiles that there are. The message is a sentence for people. */
export class TilesError extends Error {
  override readonly name = 'TilesError';
  readonly reason: 'missing' | 'too many';

  constructor(message: string, reason: 'missing' | 'too many') {
    super(message);
    this.reason = reason;
  }
}

/** Tiles of a level that form a rectangle; the ends are not included. */
interface LevelRange {
  readonly number: number;
  readonly level: TileLevel;
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * Draws a map inside the world: of tiles of the level that fits, put together and warped.
 *
 * @throws {TilesError} there are too many, or the server has none of them.
 */
export async function drawTiles(
  drawing: DrawingOfTiles,
  window: MapWindow,
  pictures: MapPictures,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  const range = rangeOf(drawing, window);
  if (isEmpty(range)) return emptyRgba(window);
  const { level, firstColumn, firstRow } = range;
  const positions = pixelPositions(window, {
    srs: drawing.srs,
    left: level.left + firstColumn * level.tileWidthPixels * level.resolution,
    top: level.top - firstRow * level.tileHeightPixels * level.resolution,
    across: level.resolution,
    down: level.resolution,
  });
  const { widthPixels, heightPixels } = sizeOf(range);
  return pictures.canvases.run(widthPixels * heightPixels * 4, signal, async () =>
    resample(await putTogether(drawing, range, pictures, signal), positions),
  );
}

/** Returns the tiles of the coarsest level that is fine enough; of a coarser one, if there would be too many. */
function rangeOf({ srs, levels }: DrawingOfTiles, window: MapWindow): LevelRange {
  const box = transformBox(window.box, window.srs, srs);
  const resolution = (box.maxX - box.minX) / window.widthPixels;
  const fine = levels.findIndex((level) => level.resolution <= resolution * COARSER_BY);
  for (let number = fine < 0 ? levels.length - 1 : fine; number >= 0; number -= 1) {
    const level = levels[number];
    if (!level) break;
    const width = level.tileWidthPixels * level.resolution;
    const height = level.tileHeightPixels * level.resolution;
    const range = {
      number,
      level,
      firstColumn: clamp(Math.floor((box.minX - level.left) / width + TOUCH), level.columns),
      endColumn: clamp(Math.ceil((box.maxX - level.left) / width - TOUCH), level.columns),
      firstRow: clamp(Math.floor((level.top - box.maxY) / height + TOUCH), level.rows),
      endRow: clamp(Math.ceil((level.top - box.minY) / height - TOUCH), level.rows),
    };
    const { widthPixels, heightPixels } = sizeOf(range);
    if (countOf(range) <= MOST_TILES && widthPixels * heightPixels <= MOST_PIXELS) return range;
  }
  throw new TilesError(
    'The server has no tiles that are coarse enough for this map. Ask for a smaller part of it.',
    'too many',
  );
}

async function putTogether(
  { tileUrl }: DrawingOfTiles,
  range: LevelRange,
  pictures: MapPictures,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  const { widthPixels, heightPixels } = sizeOf(range);
  const { tileWidthPixels, tileHeightPixels } = range.level;
  const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
  // The first failure ends the others.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let found = 0;
  const draw = async (column: number, row: number): Promise<void> => {
    const size = { widthPixels: tileWidthPixels, heightPixels: tileHeightPixels };
    const tile = await pictures.fetchTile(tileUrl(range.number, column, row), size, either);
    if (!tile) return;
    found += 1;
    const left = (column - range.firstColumn) * tileWidthPixels;
    const top = (row - range.firstRow) * tileHeightPixels;
    for (let line = 0; line < tileHeightPixels; line += 1) {
      const from = line * tileWidthPixels * 4;
      tile.rgba.copy(rgba, ((top + line) * widthPixels + left) * 4, from, from + tileWidthPixels * 4);
    }
  };
  try {
    await Promise.all(tilesOf(range).map(([column, row]) => draw(column, row)));
  } finally {
    failed.abort();
  }
  if (found === 0) throw new TilesError('The server has no tiles there.', 'missing');
  return { rgba, widthPixels, heightPixels };
}

function tilesOf({ firstColumn, endColumn, firstRow, endRow }: LevelRange): (readonly [number, number])[] {
  const columns = Array.from({ length: endColumn - firstColumn }, (_, index) => firstColumn + index);
  return Array.from({ length: endRow - firstRow }, (_, index) =>
    columns.map((column) => [column, firstRow + index] as const),
  ).flat();
}

function sizeOf({ level, firstColumn, endColumn, firstRow, endRow }: LevelRange) {
  return {
    widthPixels: (endColumn - firstColumn) * level.tileWidthPixels,
    heightPixels: (endRow - firstRow) * level.tileHeightPixels,
  };
}

function countOf({ firstColumn, endColumn, firstRow, endRow }: LevelRange): number {
  return (endColumn - firstColumn) * (endRow - firstRow);
}

function isEmpty({ firstColumn, endColumn, firstRow, endRow }: LevelRange): boolean {
  return firstColumn >= endColumn || firstRow >= endRow;
}

function clamp(index: number, count: number): number {
  return Math.min(count, Math.max(0, index));
}
