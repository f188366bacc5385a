import { type Srs, transformBox, WORLD } from '../../../../map-kit/crs.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { LayerDrawing, MapWindow } from '../../sources/map-source.ts';
import type { MapPictures } from '../fetching/map-pictures.ts';
import { pixelPositions } from './pixel-positions.ts';
import { resample } from './resample.ts';

/** Pixels that are asked of a server to each side, at most: many servers draw no more. */
const MOST_PIXELS = 2_048;

/** A layer whose server draws any map. */
export type DrawingOfMaps = Extract<LayerDrawing, { readonly kind: 'map' }>;

/** How much wider than high a pixel may be, or higher than wide, to count as square. */
const SQUARE_TOLERANCE = 0.02;

/**
 * Draws a map inside the world, with one request. A server that has another system draws it in that, and it is warped; so is a map whose
 * pixels are not square, as some servers draw another box then.
 */
export async function drawMap(
  { systems, mapUrl }: DrawingOfMaps,
  window: MapWindow,
  pictures: MapPictures,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  const srs = systems.includes(window.srs) ? window.srs : (systems[0] ?? window.srs);
  if (srs === window.srs && isSquare(window)) return pictures.fetch(mapUrl(window), window, signal);
  const source = squareWindow(window, srs);
  if (!source) return emptyRgba(window);
  const picture = await pictures.fetch(mapUrl(source), source, signal);
  const positions = pixelPositions(window, {
    srs,
    left: source.box.minX,
    top: source.box.maxY,
    across: acrossOf(source),
    down: downOf(source),
  });
  return resample(picture, positions);
}

/** Returns a picture without any visible pixel. */
export function emptyRgba({ widthPixels, heightPixels }: MapWindow): RgbaPicture {
  return { rgba: Buffer.alloc(widthPixels * heightPixels * 4), widthPixels, heightPixels };
}

/** Returns the same window in a system, with square pixels that are fine enough; `undefined` where the system has nothing of it. */
function squareWindow(window: MapWindow, srs: Srs): MapWindow | undefined {
  const box = transformBox(window.box, window.srs, srs);
  const width = box.maxX - box.minX;
  const height = box.maxY - box.minY;
  if (!(height > (WORLD[srs].maxY - WORLD[srs].minY) * 1e-9)) return undefined;
  const finest =
    srs === window.srs
      ? Math.min(acrossOf(window), downOf(window))
      : (width / window.widthPixels) * finenessOf(window, srs);
  const pixel = Math.max(finest, width / MOST_PIXELS, height / MOST_PIXELS);
  const widthPixels = Math.max(1, Math.round(width / pixel));
  const heightPixels = Math.max(1, Math.round(height / pixel));
  return { ...window, srs, box, widthPixels, heightPixels };
}

/** Away from the equator, a pixel of Mercator covers less latitude than longitude. Beyond a half, the picture would become too large. */
function finenessOf({ box, srs }: MapWindow, other: Srs): number {
  if (other !== 'EPSG:4326') return 1;
  const { minY, maxY } = transformBox(box, srs, 'EPSG:4326');
  const farthest = Math.max(Math.abs(minY), Math.abs(maxY));
  return Math.max(0.5, Math.cos((farthest * Math.PI) / 180));
}

function isSquare(window: MapWindow): boolean {
  return Math.abs(acrossOf(window) / downOf(window) - 1) <= SQUARE_TOLERANCE;
}

function acrossOf({ box, widthPixels }: MapWindow): number {
  return (box.maxX - box.minX) / widthPixels;
}

function downOf({ box, heightPixels }: MapWindow): number {
  return (box.maxY - box.minY) / heightPixels;
}
