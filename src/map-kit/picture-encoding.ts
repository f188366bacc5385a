import turbo from '@julusian/jpeg-turbo';
import sharp from 'sharp';
import { LongWork } from './long-work.ts';

/** A picture in memory: red, green, blue, alpha; rows from north to south. */
export interface RgbaPicture {
  readonly rgba: Buffer;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** How a picture is written. `mixed` is PNG if any pixel is transparent, otherwise JPEG. */
export type PictureFormat = 'png' | 'jpeg' | 'mixed';

/** A file of a picture. */
export interface EncodedPicture {
  readonly body: Buffer;
  readonly contentType: 'image/png' | 'image/jpeg';
}

/** A colour without alpha, from 0 to 255. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** What is behind transparent pixels where a picture has no alpha. */
export const WHITE: Colour = { red: 255, green: 255, blue: 255 };

const JPEG_QUALITY = 75;

/** Deflate's middle levels make no tile noticeably smaller than this one, and take twice the time. */
const PNG_COMPRESSION_LEVEL = 3;

/** Room that is kept for the next JPEG file; a picture of 512 × 512 pixels takes 0.8 MB. */
const KEPT_OUTPUT_BYTES = 4 * 1_024 * 1_024;

/** Room for a file that nothing is written into at present. */
let spareOutput: Buffer | undefined;

/** Bytes of a picture that are flattened at a time. */
const FLATTENED_BYTES = 4 * 1_024 * 1_024;

/** Empty pictures that are kept. */
const MOST_EMPTY_PICTURES = 16;

/** The names of the formats in requests; the first one of each is in the capabilities. */
const FORMAT_NAMES: Readonly<Record<string, PictureFormat>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/vnd.jpeg-png': 'mixed',
  'image/jpg': 'jpeg',
  'image/png; mode=24bit': 'png',
  'image/png; mode=32bit': 'png',
  mixed: 'mixed',
  png: 'png',
  jpeg: 'jpeg',
  jpg: 'jpeg',
};

/** The formats, as capabilities name them. */
export const PICTURE_FORMATS = ['image/png', 'image/jpeg', 'image/vnd.jpeg-png'] as const;

/** Returns the format that a request names; `undefined` if there is no such format. */
export function findPictureFormat(name: string): PictureFormat | undefined {
  const known = name.toLowerCase();
  return Object.hasOwn(FORMAT_NAMES, known) ? FORMAT_NAMES[known] : undefined;
}

/** Writes a picture. @param background what is behind transparent pixels; `undefined`: PNG keeps them transparent. */
export async function encodePicture(
  picture: RgbaPicture,
  format: PictureFormat,
  background?: Colour,
): Promise<EncodedPicture> {
  const transparency = transparencyOf(picture.rgba);
  const isOpaque = transparency === 'none' || background !== undefined;
  if (format === 'jpeg' || (format === 'mixed' && isOpaque)) {
    const body = await encodeJpeg(picture, transparency === 'none', background ?? WHITE);
    return { body, contentType: 'image/jpeg' };
  }
  if (transparency === 'full' && !background) return emptyPicture(picture.widthPixels, picture.heightPixels);
  return { body: await encodePng(picture, background), contentType: 'image/png' };
}

const emptyPictures = new Map<string, Promise<Buffer>>();

/** Returns a PNG without any visible pixel. */
export async function emptyPicture(widthPixels: number, heightPixels: number): Promise<EncodedPicture> {
  const key = `${widthPixels}x${heightPixels}`;
  let body = emptyPictures.get(key);
  if (!body) {
    body = sharp({
      create: { width: widthPixels, height: heightPixels, channels: 4, background: '#0000' },
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    if (emptyPictures.size < MOST_EMPTY_PICTURES) emptyPictures.set(key, body);
  }
  return { body: await body, contentType: 'image/png' };
}

/** Returns whether no, all or some of the pixels are transparent. */
function transparencyOf(rgba: Buffer): 'none' | 'some' | 'full' {
  let isAnyOpaque = false;
  let isAnyTransparent = false;
  for (let index = 3; index < rgba.length; index += 4) {
    if (rgba[index] === 255) isAnyOpaque = true;
    else if (rgba[index] === 0) isAnyTransparent = true;
    else return 'some';
    if (isAnyOpaque && isAnyTransparent) return 'some';
  }
  return isAnyTransparent ? 'full' : 'none';
}

/** Its colours have half the resolution (4:2:0). libjpeg-turbo takes a fifth of the time that sharp takes for a tile. */
async function encodeJpeg(picture: RgbaPicture, isOpaque: boolean, background: Colour): Promise<Buffer> {
  const { rgba, widthPixels: width, heightPixels: height } = picture;
  const size = { width, height, subsampling: turbo.SAMP_420 };
  const output = takeOutput(turbo.bufferSize(size));
  try {
    const encoded = isOpaque
      ? await turbo.compress(rgba, output, { ...size, format: turbo.FORMAT_RGBX, quality: JPEG_QUALITY })
      : await turbo.compress(await flatten(rgba, background), output, {
          ...size,
          format: turbo.FORMAT_RGB,
          quality: JPEG_QUALITY,
        });
    return Buffer.from(encoded);
  } finally {
    if (output.length <= KEPT_OUTPUT_BYTES) spareOutput = output;
  }
}

/** Returns room for the largest file that there could be, as libjpeg-turbo wants it. */
function takeOutput(bytes: number): Buffer {
  const output = spareOutput;
  spareOutput = undefined;
  return output && output.length >= bytes ? output : Buffer.allocUnsafeSlow(bytes);
}

async function encodePng(picture: RgbaPicture, background: Colour | undefined): Promise<Buffer> {
  const image = background
    ? sharp(await flatten(picture.rgba, background), { raw: shapeOf(picture, 3) })
    : sharp(picture.rgba, { raw: shapeOf(picture, 4) });
  return image.png({ compressionLevel: PNG_COMPRESSION_LEVEL }).toBuffer();
}

function shapeOf(picture: RgbaPicture, channels: 3 | 4) {
  return { width: picture.widthPixels, height: picture.heightPixels, channels };
}

/** Returns red, green and blue of each pixel before a background. */
async function flatten(rgba: Buffer, background: Colour): Promise<Buffer> {
  const rgb = Buffer.allocUnsafe((rgba.length / 4) * 3);
  const work = new LongWork();
  for (let start = 0; start < rgba.length; start += FLATTENED_BYTES) {
    await work.pause();
    flattenPart(rgba, rgb, start, Math.min(rgba.length, start + FLATTENED_BYTES), background);
  }
  return rgb;
}

function flattenPart(
  rgba: Buffer,
  rgb: Buffer,
  start: number,
  end: number,
  { red, green, blue }: Colour,
): void {
  for (let from = start, to = (start / 4) * 3; from < end; from += 4, to += 3) {
    const alpha = rgba[from + 3] ?? 0;
    if (alpha === 255) {
      rgb[to] = rgba[from] ?? 0;
      rgb[to + 1] = rgba[from + 1] ?? 0;
      rgb[to + 2] = rgba[from + 2] ?? 0;
    } else {
      rgb[to] = mix(rgba[from] ?? 0, red, alpha);
      rgb[to + 1] = mix(rgba[from + 1] ?? 0, green, alpha);
      rgb[to + 2] = mix(rgba[from + 2] ?? 0, blue, alpha);
    }
  }
}

function mix(front: number, back: number, alpha: number): number {
  return Math.round((front * alpha + back * (255 - alpha)) / 255);
}
