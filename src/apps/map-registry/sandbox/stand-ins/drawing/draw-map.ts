import sharp from 'sharp';
import type { Box } from '../../../../../map-kit/box.ts';
import { latitudeOf, longitudeOf, type Srs } from '../../../../../map-kit/crs.ts';
import { colourAt, placeAt, type Theme } from './imagined-world.ts';

/** A map that a stand-in draws. */
export interface DrawnMap {
  readonly theme: Theme;
  /** In the units of `srs`; x is longitude or east. */
  readonly box: Box;
  readonly srs: Srs;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** What there is to see, in longitude and latitude. The rest of the picture is empty. Default: the world. */
  readonly within?: Box | undefined;
  readonly format: 'image/png' | 'image/jpeg';
}

/** The most pixels of a side. */
export const MAXIMUM_SIDE_PIXELS = 2_048;

/** Pixels of a side that are painted at most; a larger picture is enlarged from them. */
const PAINTED_SIDE_PIXELS = 256;

/** Draws a map of the imagined world. */
export async function drawMap({ format, ...map }: DrawnMap): Promise<Buffer> {
  const { widthPixels, heightPixels } = map;
  const share = Math.min(1, PAINTED_SIDE_PIXELS / Math.max(widthPixels, heightPixels));
  const width = Math.max(1, Math.round(widthPixels * share));
  const height = Math.max(1, Math.round(heightPixels * share));
  const painted = sharp(paint(map, width, height), { raw: { width, height, channels: 4 } });
  const picture = painted.resize(widthPixels, heightPixels, { fit: 'fill', kernel: 'cubic' });
  return format === 'image/png'
    ? picture.png({ compressionLevel: 3 }).toBuffer()
    : picture.flatten({ background: '#ffffff' }).jpeg().toBuffer();
}

/** Returns the samples of a picture. */
function paint({ theme, box, srs, within }: Omit<DrawnMap, 'format'>, width: number, height: number): Buffer {
  const samples = Buffer.alloc(width * height * 4);
  const toLongitude = srs === 'EPSG:3857' ? longitudeOf : (x: number) => x;
  const toLatitude = srs === 'EPSG:3857' ? latitudeOf : (y: number) => y;
  const pixelWidth = (box.maxX - box.minX) / width;
  const pixelHeight = (box.maxY - box.minY) / height;
  for (let row = 0; row < height; row += 1) {
    const latitude = toLatitude(box.maxY - (row + 0.5) * pixelHeight);
    for (let column = 0; column < width; column += 1) {
      const longitude = toLongitude(box.minX + (column + 0.5) * pixelWidth);
      if (within && !isWithin(within, longitude, latitude)) continue;
      samples.set(colourAt(theme, placeAt(longitude, latitude)), (row * width + column) * 4);
    }
  }
  return samples;
}

function isWithin({ minX, minY, maxX, maxY }: Box, longitude: number, latitude: number): boolean {
  return longitude >= minX && longitude <= maxX && latitude >= minY && latitude <= maxY;
}
