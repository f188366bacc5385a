import type { JsonValue } from '../../../../platform/json-value.ts';
import { drawableSrs } from '../crs-codes.ts';
import type { TileMapDescription } from '../description/descriptions.ts';
import { namedUrl } from '../server-url.ts';
import type { StoredLevel, StoredTiles } from '../stored-tiles.ts';

/** A part of a tile below which it counts as rounding. */
const ROUNDING = 1e-6;

/**
 * Returns how a tile map is drawn, to be stored; null where it cannot be.
 *
 * @param url of the tile map.
 */
export function tmsDrawing(tileMap: TileMapDescription, url: URL): JsonValue {
  const srs = drawableSrs(tileMap.srs);
  const levels = tileMap.tileSets
    .map((tileSet) => levelOf(tileMap, tileSet, url))
    .filter((level) => level !== undefined)
    .toSorted((one, other) => other.resolution - one.resolution);
  if (!srs || levels.length === 0 || !/^[a-z0-9]{1,10}$/i.test(tileMap.extension)) return null;
  const stored: StoredTiles = {
    template: `{level}/{column}/{row}.${tileMap.extension}`,
    srs,
    isBottomUp: true,
    levels,
  };
  return stored;
}

/** Each tile set has an address of its own, which is what its level is called. */
function levelOf(
  { box, originX, originY, tileWidthPixels, tileHeightPixels }: TileMapDescription,
  { href, unitsPerPixel }: TileMapDescription['tileSets'][number],
  url: URL,
): StoredLevel | undefined {
  const count = (from: number, to: number, pixels: number) =>
    Math.max(1, Math.ceil((to - from) / (unitsPerPixel * pixels) - ROUNDING));
  const columns = count(originX, box.maxX, tileWidthPixels);
  const rows = count(originY, box.maxY, tileHeightPixels);
  const isReadable =
    href !== '' &&
    unitsPerPixel > 0 &&
    [originX, originY].every(Number.isFinite) &&
    [tileWidthPixels, tileHeightPixels].every((pixels) => Number.isSafeInteger(pixels) && pixels > 0) &&
    [columns, rows].every(Number.isSafeInteger);
  if (!isReadable) return undefined;
  return {
    name: namedUrl(href, url).href.replace(/\/+$/, ''),
    resolution: unitsPerPixel,
    columns,
    rows,
    left: originX,
    top: originY + rows * unitsPerPixel * tileHeightPixels,
    tileWidthPixels,
    tileHeightPixels,
  };
}
