import type { Box } from '../../../map-kit/box.ts';
import { type Srs, transformBox, WORLD } from '../../../map-kit/crs.ts';
import type { LayerDrawing } from './map-source.ts';

/** Pixels of the longer side of a map that is drawn for a check. */
const LONGER_SIDE_PIXELS = 50;

/** Degrees that the sides of a box have at least: servers refuse a point and a line. */
const LEAST_DEGREES = 0.001;

/**
 * Returns where the picture of a layer is that shows whether its server works: a small map of all of it, or the tile of
 * the coarsest level in its middle.
 *
 * @param box of the layer, in longitude and latitude.
 */
export function checkPictureUrl(drawing: LayerDrawing, box: Box): URL {
  return drawing.kind === 'map' ? mapUrl(drawing, box) : tileUrl(drawing, box);
}

function mapUrl({ systems, mapUrl: urlOf }: Extract<LayerDrawing, { kind: 'map' }>, box: Box): URL {
  const srs = systems.includes('EPSG:4326') ? 'EPSG:4326' : 'EPSG:3857';
  const window = windowOf(box, srs);
  const width = window.maxX - window.minX;
  const height = window.maxY - window.minY;
  const pixels = (side: number) =>
    Math.max(1, Math.round((side / Math.max(width, height)) * LONGER_SIDE_PIXELS));
  return urlOf({
    box: window,
    srs,
    widthPixels: pixels(width),
    heightPixels: pixels(height),
    isTransparent: true,
  });
}

function tileUrl(drawing: Extract<LayerDrawing, { kind: 'tiles' }>, box: Box): URL {
  const [level] = drawing.levels;
  if (!level) throw new RangeError('A drawing by tiles has at least one level.');
  const window = windowOf(box, drawing.srs);
  const column = ((window.minX + window.maxX) / 2 - level.left) / (level.resolution * level.tileWidthPixels);
  const row = (level.top - (window.minY + window.maxY) / 2) / (level.resolution * level.tileHeightPixels);
  return drawing.tileUrl(0, within(column, level.columns), within(row, level.rows));
}

function within(position: number, count: number): number {
  return Math.min(Math.max(Math.floor(position), 0), count - 1);
}

/** Sides of a box may be out of range, or one point. */
function windowOf(box: Box, srs: Srs): Box {
  const { minX, minY, maxX, maxY } = transformBox(WORLD[srs], srs, 'EPSG:4326');
  const [west, east] = span(box.minX, box.maxX, minX, maxX);
  const [south, north] = span(box.minY, box.maxY, minY, maxY);
  return transformBox({ minX: west, minY: south, maxX: east, maxY: north }, 'EPSG:4326', srs);
}

function span(from: number, to: number, least: number, most: number): readonly [number, number] {
  const clamp = (value: number) => Math.min(Math.max(value, least), most);
  const [start, end] = [clamp(Math.min(from, to)), clamp(Math.max(from, to))];
  if (end - start >= LEAST_DEGREES) return [start, end];
  const middle = Math.min(Math.max((start + end) / 2, least + LEAST_DEGREES / 2), most - LEAST_DEGREES / 2);
  return [middle - LEAST_DEGREES / 2, middle + LEAST_DEGREES / 2];
}
