import sharp, { type Sharp } from 'sharp';
import { Budget } from '../../../map-kit/budget.ts';
import { decodingBytes } from './decoding-bytes.ts';

const MEBIBYTE = 1_024 ** 2;

/** Bytes that a picture of a stranger's server may have. */
export const MOST_PICTURE_BYTES = 8 * MEBIBYTE;

/** Pixels that it may have where fewer were asked for: some servers send one size to all. */
const MOST_UNASKED_PIXELS = 1_024 ** 2;

/** Memory that decoding one may take: a progressive JPEG or a WebP of 2048 × 2048 pixels. */
const MOST_DECODING_BYTES = 32 * MEBIBYTE;

/** Memory for pictures that a process decodes at the same time, and for what is made of them: many tiles, or one larger picture. */
const memory = new Budget(16 * MEBIBYTE);

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

/** What {@link decodePicture} takes. */
export interface Decoding<Result> {
  readonly signal: AbortSignal;
  /** Pixels that the server was asked for. */
  readonly askedPixels: number;
  /** Bytes of memory of what is made of the picture. */
  readonly resultBytes: number;
  /** Makes something of the picture, which is decoded on the way. */
  readonly work: (picture: Sharp) => Promise<Result>;
}

/**
 * Decodes a picture of a stranger's server: PNG, JPEG, GIF, WebP or TIFF; the first one of several. It waits until there is memory for it
 * beside the others that the process decodes.
 *
 * @param body has all of its memory to itself, and is empty afterwards.
 * @throws {PictureError} where it is none of these, is broken, is much larger than was asked for, or takes too much memory.
 * @throws the reason of the signal, where that comes before the decoding begins.
 */
export async function decodePicture<Result>(
  body: Buffer<ArrayBuffer>,
  { signal, askedPixels, resultBytes, work }: Decoding<Result>,
): Promise<Result> {
  const mostPixels = Math.max(askedPixels, MOST_UNASKED_PIXELS);
  try {
    const takenBytes = decodingBytes(await openPicture(body, mostPixels).metadata());
    if (takenBytes > MOST_DECODING_BYTES) {
      throw new PictureError(
        `Decoding the picture takes ${Math.ceil(takenBytes / MEBIBYTE)} MiB of memory, which is more than ${MOST_DECODING_BYTES / MEBIBYTE}.`,
      );
    }
    return await memory.run(takenBytes + resultBytes, signal, () => work(openPicture(body, mostPixels)));
  } catch (error) {
    signal.throwIfAborted();
    throw pictureErrorOf(error, mostPixels);
  } finally {
    // The collector would let tens of megabytes of old ones wait.
    body.buffer.transfer(0);
  }
}

function openPicture(body: Buffer, mostPixels: number): Sharp {
  if (body.length > MOST_PICTURE_BYTES) throw new PictureError('The picture has more than 8 MiB.');
  const isKnown = BEGINNINGS.some(
    ([offset, bytes]) => body.toString('latin1', offset, offset + bytes.length) === bytes,
  );
  if (!isKnown) throw new PictureError(describeOther(body));
  return sharp(body, { limitInputPixels: mostPixels, pages: 1, failOn: 'error', sequentialRead: true });
}

/** Returns the failure of decoding a picture as a sentence for people. */
function pictureErrorOf(error: unknown, mostPixels: number): PictureError {
  if (error instanceof PictureError) return error;
  const isTooLarge = error instanceof Error && error.message.includes('pixel limit');
  const message = isTooLarge
    ? `The picture has more than ${mostPixels.toLocaleString('en')} pixels.`
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
