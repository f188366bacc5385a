import type { Box } from '../../../../map-kit/box.ts';
import { intersectionOf } from '../../../../map-kit/box.ts';
import type { PixelTransform, RasterDescription, RasterLevel } from '../../cog/cog-reader.ts';
import type { CanvasPlace } from '../outlines/draw-outlines.ts';
import { type Canvas, type DrawnChannel, drawWindow } from '../warp/draw-window.ts';
import { axisPixelMap, gridPixelMap, type PixelMap, type PixelSize, windowOf } from '../warp/pixel-map.ts';
import { findProjection, type Projection } from '../warp/projection.ts';
import type { OpenImage } from './image-library.ts';

/** An overview is used although its pixels are up to so much larger than those of the picture. */
const LARGEST_ENLARGEMENT = 1.2;

/** Turns of the world by which an image that reaches beyond 180 degrees may come into the picture. */
const TURNS_DEGREES = [0, 360, -360];

/** What is drawn of an image. */
export interface DrawnImage {
  readonly image: OpenImage;
  readonly channels: readonly DrawnChannel[];
  /** Where the image is, in the system of the canvas; its scale is taken from there. */
  readonly box: Box;
}

/** Draws an image behind what a canvas holds. @throws {FileStoreError} @throws {UnreadableImageError} */
export async function drawImage(
  canvas: Canvas,
  place: CanvasPlace,
  { image, channels, box }: DrawnImage,
  signal: AbortSignal,
): Promise<void> {
  const { description } = image;
  const projection = findProjection(place.srs, description.srs);
  for (const turn of turnsOf(description)) {
    const toImage = placement(place.box, canvas, projection, description, turn);
    const level = levelFor(description, scaleAt(middleOf(box, place.box), toImage, place.box, canvas));
    const raster = description.levels[level];
    if (!raster) continue;
    const map = pixelMapOf(toImage, raster, description, canvas);
    const window = windowOf(map, canvas, raster);
    if (!window) continue;
    await image.borrowWindow(level, window, signal, (pixels) =>
      drawWindow(canvas, pixels, raster, map, channels),
    );
  }
}

function turnsOf({ srs, box }: RasterDescription): readonly number[] {
  return srs === 'EPSG:4326' && (box.maxX > 180 || box.minX < -180) ? TURNS_DEGREES : [0];
}

/** From pixels of a canvas to pixels of an image in full resolution. */
interface Placement {
  readonly isByAxis: boolean;
  readonly place: (x: number, y: number) => readonly [column: number, row: number];
}

function placement(
  box: Box,
  { widthPixels, heightPixels }: PixelSize,
  { isByAxis, project }: Projection,
  { transform }: RasterDescription,
  turnDegrees: number,
): Placement {
  const stepX = (box.maxX - box.minX) / widthPixels;
  const stepY = (box.maxY - box.minY) / heightPixels;
  const toPixels = inverseOf(transform);
  return {
    isByAxis: isByAxis && transform.b === 0 && transform.d === 0,
    place: (x, y) => {
      const [mapX, mapY] = project(box.minX + x * stepX, box.maxY - y * stepY);
      return toPixels(mapX + turnDegrees, mapY);
    },
  };
}

function inverseOf({
  a,
  b,
  c,
  d,
  e,
  f,
}: PixelTransform): (x: number, y: number) => readonly [number, number] {
  const determinant = a * e - b * d;
  return (x, y) => [(e * (x - c) - b * (y - f)) / determinant, (a * (y - f) - d * (x - c)) / determinant];
}

function pixelMapOf(
  { isByAxis, place }: Placement,
  level: RasterLevel,
  image: RasterDescription,
  picture: PixelSize,
): PixelMap {
  const scaleX = level.widthPixels / image.widthPixels;
  const scaleY = level.heightPixels / image.heightPixels;
  if (isByAxis) {
    return axisPixelMap(
      (x) => place(x, 0)[0] * scaleX,
      (y) => place(0, y)[1] * scaleY,
      picture,
    );
  }
  return gridPixelMap(
    (x, y) => {
      const [column, row] = place(x, y);
      return [column * scaleX, row * scaleY];
    },
    picture.widthPixels,
    picture.heightPixels,
  );
}

function middleOf(box: Box, picture: Box): readonly [x: number, y: number] {
  const shared = intersectionOf(box, picture) ?? picture;
  return [(shared.minX + shared.maxX) / 2, (shared.minY + shared.maxY) / 2];
}

/** Returns how many pixels of the image, in full resolution, a pixel of the canvas is wide. */
function scaleAt(
  [mapX, mapY]: readonly [number, number],
  { place }: Placement,
  box: Box,
  { widthPixels, heightPixels }: PixelSize,
): number {
  const x = ((mapX - box.minX) / (box.maxX - box.minX)) * widthPixels;
  const y = ((box.maxY - mapY) / (box.maxY - box.minY)) * heightPixels;
  const [column, row] = place(x, y);
  const [rightColumn, rightRow] = place(x + 0.5, y);
  const [lowerColumn, lowerRow] = place(x, y + 0.5);
  const area = (rightColumn - column) * (lowerRow - row) - (rightRow - row) * (lowerColumn - column);
  return 2 * Math.sqrt(Math.abs(area));
}

/** Returns the coarsest level that is fine enough. */
function levelFor({ levels, widthPixels }: RasterDescription, scale: number): number {
  const fineEnough = levels.findLastIndex(
    (level) => (scale * level.widthPixels) / widthPixels >= 1 / LARGEST_ENLARGEMENT,
  );
  return Math.max(0, fineEnough);
}
