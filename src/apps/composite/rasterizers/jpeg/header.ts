import { type ComponentTables, type HuffmanTable, ZIGZAG } from './tables.ts';

// The markers of T.81, table B.1.
const START_OF_IMAGE = [0xff, 0xd8];
const APPLICATION_DATA = 0xe0;
const QUANTISATION_TABLE = 0xdb;
const BASELINE_FRAME = 0xc0;
const HUFFMAN_TABLE = 0xc4;
const START_OF_SCAN = 0xda;

/** What ends a file, after the codes of the picture. */
export const END_OF_IMAGE: Uint8Array = Uint8Array.of(0xff, 0xd9);

const JFIF_1_1 = [...Buffer.from('JFIF\0'), 1, 1];
const DOTS_PER_INCH = 1;
const MAXIMUM_DENSITY = 0xffff;
const NO_THUMBNAIL = [0, 0];

/** Horizontal sampling in the upper half, vertical in the lower. */
const TWO_BY_TWO = 0x22;
const ONE_BY_ONE = 0x11;

/**
 * All that precedes the codes of a picture with luma at full and chroma at half the resolution: ITU-T T.871 (JFIF),
 * and T.81, annex B.
 */
export function jpegHeader(
  size: { readonly widthPixels: number; readonly heightPixels: number },
  dpi: number,
  [luma, chroma]: readonly [luma: ComponentTables, chroma: ComponentTables],
): Uint8Array {
  const density = twoBytes(Math.min(MAXIMUM_DENSITY, Math.max(1, Math.round(dpi))));
  return Uint8Array.from([
    ...START_OF_IMAGE,
    ...segment(APPLICATION_DATA, [...JFIF_1_1, DOTS_PER_INCH, ...density, ...density, ...NO_THUMBNAIL]),
    ...segment(QUANTISATION_TABLE, [0, ...inZigzag(luma.divisors), 1, ...inZigzag(chroma.divisors)]),
    ...segment(BASELINE_FRAME, [
      8,
      ...twoBytes(size.heightPixels),
      ...twoBytes(size.widthPixels),
      3,
      ...[1, TWO_BY_TWO, 0],
      ...[2, ONE_BY_ONE, 1],
      ...[3, ONE_BY_ONE, 1],
    ]),
    ...segment(HUFFMAN_TABLE, [
      ...[0x00, ...codes(luma.dc), 0x10, ...codes(luma.ac)],
      ...[0x01, ...codes(chroma.dc), 0x11, ...codes(chroma.ac)],
    ]),
    ...segment(START_OF_SCAN, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ]);
}

function segment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, ...twoBytes(content.length + 2), ...content];
}

function twoBytes(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function inZigzag(divisors: readonly number[]): number[] {
  return ZIGZAG.map((place) => divisors[place] ?? 0);
}

function codes({ codesOfLength, symbols }: HuffmanTable): number[] {
  return [...codesOfLength, ...symbols];
}
