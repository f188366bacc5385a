import sharp, { type Metadata, type Sharp } from 'sharp';

/** Bytes that a picture of a stranger's server may have. */
export const MOST_PICTURE_BYTES = 8 * 1_024 ** 2;

/** Pixels that it may have. */
const MOST_PIXELS = 4_096 ** 2;

/** What a progressive JPEG has for each channel of a pixel. */
const COEFFICIENT_BYTES = 2;

/** How the files of each kind begin. No other kind is decoded: an SVG could name other files. */
const BEGINNINGS: readonly (readonly [offset: number, bytes: string])[] = [
  [0, '\x89PNG\r\n\x1a\n'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
];

// Each picture is decoded once. libvips would keep the last ones with all that their decoders have, which are hundreds of
// megabytes for progressive JPEG.
sharp.cache(false);

/** A server sent something that is no picture, or one that is too large. The message is a sentence for people. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/**
 * Opens a picture of a stranger's server: PNG, JPEG, GIF, WebP or TIFF; the first one of several. Nothing is decoded before its
 * output is asked for, and that may fail too: {@link pictureErrorOf} tells why.
 *
 * @throws {PictureError}
 */
export function openPicture(body: Buffer): Sharp {
  if (body.length > MOST_PICTURE_BYTES) throw new PictureError('The picture has more than 8 MiB.');
  const isKnown = BEGINNINGS.some(
    ([offset, bytes]) => body.toString('latin1', offset, offset + bytes.length) === bytes,
  );
  if (!isKnown) throw new PictureError(describeOther(body));
  return sharp(body, { limitInputPixels: MOST_PIXELS, pages: 1, failOn: 'error', sequentialRead: true });
}

/** Returns the bytes of memory that decoding takes beside its output: a progressive JPEG is kept whole until its last scan. */
export function decodingBytes({ isProgressive = false, width, height, channels }: Metadata): number {
  return isProgressive ? width * height * channels * COEFFICIENT_BYTES : 0;
}

/** Returns the failure of decoding a picture as a sentence for people. */
export function pictureErrorOf(error: unknown): PictureError {
  if (error instanceof PictureError) return error;
  const isTooLarge = error instanceof Error && error.message.includes('pixel limit');
  const message = isTooLarge
    ? 'The picture has more than 4096 × 4096 pixels.'
    : 'The server sent a picture that cannot be decoded.';
  return new PictureError(message, { cause: error });
}

/** What servers say in the place of a picture is worth reading: `LayerNotDefined`, for one. */
function describeOther(body: Buffer): string {
  if (body.length === 0) return 'The server sent nothing.';
  const text = body.subarray(0, 4_096).toString('utf8');
  if (!/^\s*(?:\uFEFF)?\s*[<{]/.test(text)) return 'The server sent no picture.';
  const words = text
    .replace(/<!--.*?-->|<(script|style)\b.*?<\/\1>|<[^>]*>/gis, ' ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return words === '' ? 'The server sent no picture.' : `The server sent no picture, but: ${words}`;
}
