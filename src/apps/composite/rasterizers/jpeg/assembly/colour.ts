// A macroblock: 16 × 16 pixels, for which there are four blocks of luma, and one each of Cb and Cr (ITU-T T.81, A.2.3).
// The colours are those of JFIF (ITU-T T.871, 6.2), shifted to lie around zero (T.81, A.3.1).

/** Of a macroblock's blocks of luma, those that are white. */
export const TOP_LEFT_IS_WHITE: i32 = 1;
export const TOP_RIGHT_IS_WHITE: i32 = 2;
export const BOTTOM_LEFT_IS_WHITE: i32 = 4;
export const BOTTOM_RIGHT_IS_WHITE: i32 = 8;
/** Whether Cb and Cr are zero. */
export const IS_GREY: i32 = 16;

const PIXEL_ROW_BYTES: usize = 48;
const PLANE_ROW_BYTES: usize = 48;
const BLOCK_BYTES: usize = 128;
const BLOCK_ROW_BYTES: usize = 16;
const CHROMA_OFFSET: usize = 4 * BLOCK_BYTES;

/** Levels are computed with 7 bits behind the point. */
const FRACTION_BITS: i32 = 7;
const HALF: i16 = 64;
const MIDDLE: i16 = 128 << 7;

/** Parts of the colours in levels, in 32768ths. */
const RED_IN_Y: i16 = 9798;
const GREEN_IN_Y: i16 = 19235;
const BLUE_IN_Y: i16 = 3735;
const RED_IN_CB: i16 = 5529;
const GREEN_IN_CB: i16 = 10855;
const GREEN_IN_CR: i16 = 13720;
const BLUE_IN_CR: i16 = 2664;

/** Whether all of a macroblock is white. */
export function isWhite(pixels: usize, stride: usize): bool {
  let left = i8x16.splat(-1);
  let middle = left;
  let right = left;
  for (let row = 0; row < 16; row += 2) {
    const below = pixels + stride;
    left = v128.and(left, v128.and(v128.load(pixels), v128.load(below)));
    middle = v128.and(middle, v128.and(v128.load(pixels, 16), v128.load(below, 16)));
    right = v128.and(right, v128.and(v128.load(pixels, 32), v128.load(below, 32)));
    pixels = below + stride;
  }
  return i8x16.all_true(i8x16.eq(v128.and(v128.and(left, middle), right), i8x16.splat(-1)));
}

/** Copies what there is of a macroblock at the picture's edge, and repeats its last column and row. */
export function padMacroblock(pixels: usize, stride: usize, columns: i32, rows: i32, padded: usize): void {
  const bytes = (columns as usize) * 3;
  for (let row = 0; row < 16; row += 1) {
    const from = pixels + (min(row, rows - 1) as usize) * stride;
    memory.copy(padded, from, bytes);
    for (let at = bytes; at < PIXEL_ROW_BYTES; at += 1) {
      store<u8>(padded + at, load<u8>(padded + at - 3));
    }
    padded += PIXEL_ROW_BYTES;
  }
}

/**
 * Makes a macroblock's levels.
 *
 * @returns what there is no need to look at.
 */
export function readMacroblock(pixels: usize, stride: usize, planes: usize, blocks: usize): i32 {
  let difference = i8x16.splat(0);
  let top = i8x16.splat(-1);
  let bottom = top;
  for (let row: usize = 0; row < 16; row += 1) {
    const x = v128.load(pixels);
    const y = v128.load(pixels, 16);
    const z = v128.load(pixels, 32);
    pixels += stride;
    const red = v128.shuffle<i8>(
      v128.shuffle<i8>(x, y, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0),
      z,
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
      17,
      20,
      23,
      26,
      29,
    );
    const green = v128.shuffle<i8>(
      v128.shuffle<i8>(x, y, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0),
      z,
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
      18,
      21,
      24,
      27,
      30,
    );
    const blue = v128.shuffle<i8>(
      v128.shuffle<i8>(x, y, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0),
      z,
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      16,
      19,
      22,
      25,
      28,
      31,
    );
    const plane = planes + row * PLANE_ROW_BYTES;
    v128.store(plane, red);
    v128.store(plane, green, 16);
    v128.store(plane, blue, 32);
    difference = v128.or(difference, v128.or(v128.xor(red, green), v128.xor(green, blue)));
    const ones = v128.and(v128.and(red, green), blue);
    if (row < 8) top = v128.and(top, ones);
    else bottom = v128.and(bottom, ones);
  }
  const white = i64x2.splat(-1);
  const found = i64x2.bitmask(i64x2.eq(top, white)) | (i64x2.bitmask(i64x2.eq(bottom, white)) << 2);
  if (!v128.any_true(difference)) {
    makeGreyLuma(planes, blocks);
    return found | IS_GREY;
  }
  makeLuma(planes, blocks);
  makeChroma(planes, blocks + CHROMA_OFFSET);
  return found;
}

/** Where a row of a macroblock begins in its blocks of luma: the rows from 8 on are in the lower two. */
function lumaRow(blocks: usize, row: usize): usize {
  return blocks + (row >> 3) * 2 * BLOCK_BYTES + (row & 7) * BLOCK_ROW_BYTES;
}

/** What has no colour is its own luma. */
function makeGreyLuma(planes: usize, blocks: usize): void {
  for (let row: usize = 0; row < 16; row += 1) {
    const levels = v128.xor(v128.load(planes + row * PLANE_ROW_BYTES), i8x16.splat(-128));
    const to = lumaRow(blocks, row);
    v128.store(to, i16x8.extend_low_i8x16_s(levels));
    v128.store(to + BLOCK_BYTES, i16x8.extend_high_i8x16_s(levels));
  }
}

function makeLuma(planes: usize, blocks: usize): void {
  for (let row: usize = 0; row < 16; row += 1) {
    const plane = planes + row * PLANE_ROW_BYTES;
    const red = v128.load(plane);
    const green = v128.load(plane, 16);
    const blue = v128.load(plane, 32);
    const to = lumaRow(blocks, row);
    v128.store(
      to,
      luma(i16x8.extend_low_i8x16_u(red), i16x8.extend_low_i8x16_u(green), i16x8.extend_low_i8x16_u(blue)),
    );
    v128.store(
      to + BLOCK_BYTES,
      luma(i16x8.extend_high_i8x16_u(red), i16x8.extend_high_i8x16_u(green), i16x8.extend_high_i8x16_u(blue)),
    );
  }
}

function luma(red: v128, green: v128, blue: v128): v128 {
  const sum = i16x8.add(
    i16x8.add(
      part(i16x8.shl(red, FRACTION_BITS), RED_IN_Y),
      part(i16x8.shl(green, FRACTION_BITS), GREEN_IN_Y),
    ),
    part(i16x8.shl(blue, FRACTION_BITS), BLUE_IN_Y),
  );
  return rounded(i16x8.sub(sum, i16x8.splat(MIDDLE)));
}

/** One level of Cb and Cr for two by two pixels. */
function makeChroma(planes: usize, blocks: usize): void {
  for (let row: usize = 0; row < 8; row += 1) {
    const plane = planes + row * 2 * PLANE_ROW_BYTES;
    const red = averages(plane);
    const green = averages(plane + 16);
    const blue = averages(plane + 32);
    const cb = i16x8.sub(i16x8.sub(i16x8.shr_s(blue, 1), part(red, RED_IN_CB)), part(green, GREEN_IN_CB));
    const cr = i16x8.sub(i16x8.sub(i16x8.shr_s(red, 1), part(green, GREEN_IN_CR)), part(blue, BLUE_IN_CR));
    const to = blocks + row * BLOCK_ROW_BYTES;
    v128.store(to, rounded(cb));
    v128.store(to + BLOCK_BYTES, rounded(cr));
  }
}

/** Of two rows of one colour: the averages of two by two pixels. */
function averages(plane: usize): v128 {
  const sums = i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(v128.load(plane)),
    i16x8.extadd_pairwise_i8x16_u(v128.load(plane + PLANE_ROW_BYTES)),
  );
  return i16x8.shl(sums, FRACTION_BITS - 2);
}

/** So many 32768ths of each. */
function part(values: v128, of32768: i16): v128 {
  return i16x8.q15mulr_sat_s(values, i16x8.splat(of32768));
}

function rounded(levels: v128): v128 {
  return i16x8.shr_s(i16x8.add(levels, i16x8.splat(HALF)), FRACTION_BITS);
}
