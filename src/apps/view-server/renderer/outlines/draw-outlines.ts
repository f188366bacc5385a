import sharp from 'sharp';
import type { Box } from '../../../../map-kit/box.ts';
import { mercatorX, mercatorY, type Srs, transformBox } from '../../../../map-kit/crs.ts';
import type { Footprint } from '../../catalogue/product.ts';
import { type Canvas, drawBehind } from '../warp/draw-window.ts';
import { clipSegment } from './clip-segment.ts';

/** Where a canvas is on the map. */
export interface CanvasPlace {
  readonly box: Box;
  readonly srs: Srs;
}

const LINE_WIDTH_PIXELS = 1.5;
const LINE_COLOUR = '#ff2d20';

/** What is drawn of a line beyond the edges of the picture, so that its ends do not show. */
const MARGIN_PIXELS = 4;

/** Points of a footprint that are nearer to each other are drawn as one. */
const SMALLEST_STEP_PIXELS = 0.5;

/** Draws the borders of footprints over a canvas, with smooth edges. */
export async function drawOutlines(
  canvas: Canvas,
  place: CanvasPlace,
  footprints: readonly Footprint[],
): Promise<void> {
  const path = footprints.map((footprint) => pathOf(footprint, canvas, place)).join('');
  if (path === '') return;
  const { widthPixels, heightPixels } = canvas;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPixels}" height="${heightPixels}"><path d="${path}" fill="none" stroke="${LINE_COLOUR}" stroke-width="${LINE_WIDTH_PIXELS}" stroke-linecap="round"/></svg>`;
  const lines = await sharp(Buffer.from(svg), { unlimited: true }).ensureAlpha().raw().toBuffer();
  drawOver(canvas.rgba, lines);
}

/** Draws a picture over another of the same size. */
function drawOver(rgba: Buffer, upper: Buffer): void {
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    if (upper[pixel + 3] === 0) continue;
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(pixel, pixel + 4);
    upper.copy(rgba, pixel, pixel, pixel + 4);
    drawBehind(rgba, pixel, red, green, blue, alpha);
  }
}

function pathOf(footprint: Footprint, canvas: Canvas, { box, srs }: CanvasPlace): string {
  const world = transformBox(box, srs, 'EPSG:4326');
  const scaleX = canvas.widthPixels / (box.maxX - box.minX);
  const scaleY = canvas.heightPixels / (box.maxY - box.minY);
  const isMercator = srs === 'EPSG:3857';
  const bounds = {
    minX: -MARGIN_PIXELS,
    minY: -MARGIN_PIXELS,
    maxX: canvas.widthPixels + MARGIN_PIXELS,
    maxY: canvas.heightPixels + MARGIN_PIXELS,
  };
  let path = '';
  for (const polygon of footprint.coordinates) {
    for (const ring of polygon) {
      for (const shift of shiftsInto(world, ring)) {
        const points = ring.map(([longitude, latitude]): [number, number] => [
          ((isMercator ? mercatorX(longitude + shift) : longitude + shift) - box.minX) * scaleX,
          (box.maxY - (isMercator ? mercatorY(latitude) : latitude)) * scaleY,
        ]);
        path += ringPath(points, bounds);
      }
    }
  }
  return path;
}

/** The turns of the world by which a ring comes into a box; rings across the antimeridian may reach beyond 180 degrees. */
function shiftsInto(world: Box, ring: readonly (readonly [number, number])[]): number[] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [longitude] of ring) {
    min = Math.min(min, longitude);
    max = Math.max(max, longitude);
  }
  return [-360, 0, 360].filter((shift) => min + shift <= world.maxX && max + shift >= world.minX);
}

function ringPath(points: readonly (readonly [number, number])[], bounds: Box): string {
  let path = '';
  let [from] = points;
  for (const [index, to] of points.entries()) {
    if (!from || index === 0) continue;
    const isLast = index === points.length - 1;
    const isNear = Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]) < SMALLEST_STEP_PIXELS;
    if (isNear && !isLast) continue;
    const segment = clipSegment(from, to, bounds);
    if (segment) path += `M${segment.map((number) => number.toFixed(2)).join(' ')}`;
    from = to;
  }
  return path;
}
