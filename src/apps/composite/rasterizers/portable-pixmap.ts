import { BYTES_PER_PIXEL } from './page-size.ts';

/** A picture of 8 bits each of red, green and blue, row after row without gaps. */
export interface Picture {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly pixels: Uint8Array;
}

/** `P6`, width, height and 255, with comments between them, and one white space before the pixels. */
const HEADER = /^P6(?:\s+|\s*#[^\n]*\n)+(\d+)(?:\s+|\s*#[^\n]*\n)+(\d+)(?:\s+|\s*#[^\n]*\n)+255\s/;

const HEADER_BYTES = 512;

const WHITE = 0xff;

/** Reads a portable pixmap, as programs print it; undefined if it is not one, or is cut off. */
export function parsePortablePixmap(file: Buffer): Picture | undefined {
  const match = HEADER.exec(file.toString('latin1', 0, HEADER_BYTES));
  if (!match) return undefined;
  const [header, width, height] = match;
  const widthPixels = Number(width);
  const heightPixels = Number(height);
  const pixels = file.subarray(header.length, header.length + widthPixels * heightPixels * BYTES_PER_PIXEL);
  if (pixels.length < widthPixels * heightPixels * BYTES_PER_PIXEL) return undefined;
  return { widthPixels, heightPixels, pixels };
}

/** A picture as a portable pixmap. */
export function writePortablePixmap({ widthPixels, heightPixels, pixels }: Picture): Uint8Array {
  const header = new TextEncoder().encode(`P6\n${widthPixels} ${heightPixels}\n255\n`);
  const file = new Uint8Array(header.length + pixels.length);
  file.set(header);
  file.set(pixels, header.length);
  return file;
}

/** Part of a picture; where it reaches beyond the picture, it is white. */
export function cutOut(
  picture: Picture,
  part: {
    readonly leftPixels: number;
    readonly topPixels: number;
    readonly widthPixels: number;
    readonly heightPixels: number;
  },
): Picture {
  const { leftPixels, topPixels, widthPixels, heightPixels } = part;
  if (
    leftPixels === 0 &&
    topPixels === 0 &&
    widthPixels === picture.widthPixels &&
    heightPixels === picture.heightPixels
  ) {
    return picture;
  }
  const pixels = new Uint8Array(widthPixels * heightPixels * BYTES_PER_PIXEL).fill(WHITE);
  const copiedColumns = Math.min(widthPixels, picture.widthPixels - leftPixels);
  const copiedRows = Math.min(heightPixels, picture.heightPixels - topPixels);
  for (let row = 0; row < copiedRows && copiedColumns > 0; row += 1) {
    const from = ((topPixels + row) * picture.widthPixels + leftPixels) * BYTES_PER_PIXEL;
    pixels.set(
      picture.pixels.subarray(from, from + copiedColumns * BYTES_PER_PIXEL),
      row * widthPixels * BYTES_PER_PIXEL,
    );
  }
  return { widthPixels, heightPixels, pixels };
}
