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

/** Draws a map inside the world, with one request. A server that has another system draws it in that, and it is warped. */
export async function drawMap(
  { systems, mapUrl }: DrawingOfMaps,
  window: MapWindow,
  pictures: MapPictures,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  if (systems.includes(window.srs)) return pictures.fetch(mapUrl(window), window, signal);
  const source = windowIn(window, systems[0] ?? window.srs);
  if (!source) return emptyRgba(window);
  const picture = await pictures.fetch(mapUrl(source), source, signal);
  const { box, srs, widthPixels, heightPixels } = source;
  const positions = pixelPositions(window, {
    srs,
    left: box.minX,
    top: box.maxY,
    across: (box.maxX - box.minX) / widthPixels,
    down: (box.maxY - box.minY) / heightPixels,
  });
  return resample(picture, positions);
}

/** Returns a picture without any visible pixel. */
export function emptyRgba({ widthPixels, heightPixels }: MapWindow): RgbaPicture {
  return { rgba: Buffer.alloc(widthPixels * heightPixels * 4), widthPixels, heightPixels };
}

/**
 * Returns the same window in another system, with square pixels that are fine enough; `undefined` where the system has nothing of it.
 * Square, as some servers change the box where they are not.
 */
function windowIn(window: MapWindow, srs: Srs): MapWindow | undefined {
  const box = transformBox(window.box, window.srs, srs);
  const width = box.maxX - box.minX;
  const height = box.maxY - box.minY;
  if (!(height > (WORLD[srs].maxY - WORLD[srs].minY) * 1e-9)) return undefined;
  const pixel = Math.max(
    (width / window.widthPixels) * finenessOf(window, srs),
    width / MOST_PIXELS,
    height / MOST_PIXELS,
  );
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
