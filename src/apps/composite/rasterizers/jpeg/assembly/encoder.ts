// The part of the JPEG encoder that is compiled to WebAssembly: baseline, Huffman codes, 4:2:0. It works in a memory that
// it is given, and has none of its own: see `room.ts`.

import {
  BOTTOM_LEFT_IS_WHITE,
  BOTTOM_RIGHT_IS_WHITE,
  IS_GREY,
  isWhite,
  padMacroblock,
  readMacroblock,
  TOP_LEFT_IS_WHITE,
  TOP_RIGHT_IS_WHITE,
} from './colour';
import { moveLastBits, moveWords, startWriting, writeBlock, writeFlatBlock, writeWord } from './entropy';
import { quantise } from './quantisation';
import {
  AC_CODES_OFFSET,
  BLOCKS_OFFSET,
  DC_CODES_OFFSET,
  PADDED_OFFSET,
  PLANES_OFFSET,
  RECIPROCALS_OFFSET,
  STRIP_OFFSET,
  ZIGZAG_PLACES_OFFSET,
  ZIGZAG_SETS_OFFSET,
} from './room';
import { transform } from './transform';

export {
  AC_CODES_OFFSET,
  DC_CODES_OFFSET,
  FILE_BYTES,
  FILE_OFFSET,
  RECIPROCALS_OFFSET,
  ROOM_BYTES,
  STRIP_FILE_BYTES,
  STRIP_MACROBLOCKS,
  ZIGZAG_PLACES_OFFSET,
  ZIGZAG_SETS_OFFSET,
} from './room';

const LUMA: usize = 0;
const CHROMA: usize = 1;
const BLOCK_BYTES: usize = 128;
const MACROBLOCK_ROW_BYTES: usize = 48;

/**
 * A white macroblock after a white one, with the codes of T.81, tables K.3 to K.6: four times no difference (00) and the
 * end of the block (1010) for luma, and twice 00 and 00 for chroma. That they are 32 bits is luck.
 */
const WHITE_AFTER_WHITE: u32 = 0b001010_001010_001010_001010_0000_0000;

let room: usize = 0;
let whiteLuma: i32 = 0;

/** The last first coefficients (F.1.1.5.1). */
let lastLuma: i32 = 0;
let lastCb: i32 = 0;
let lastCr: i32 = 0;

/**
 * Begins a picture.
 *
 * @param roomAddress of `ROOM_BYTES`, the tables in it being filled.
 * @param whiteLumaCoefficient the first coefficient of a white block, quantised.
 */
export function start(roomAddress: usize, whiteLumaCoefficient: i32): void {
  room = roomAddress;
  whiteLuma = whiteLumaCoefficient;
  lastLuma = 0;
  lastCb = 0;
  lastCr = 0;
  startWriting(room + STRIP_OFFSET);
}

/** Encodes macroblocks side by side, at most `STRIP_MACROBLOCKS` before the next call of `moveStrip`. */
export function encodeMacroblocks(pixels: usize, stride: usize, count: i32): void {
  for (let index = 0; index < count; index += 1) {
    if (isWhite(pixels, stride)) writeWhite();
    else encodeMacroblock(pixels, stride);
    pixels += MACROBLOCK_ROW_BYTES;
  }
}

/** Encodes a macroblock at the edge, with only so many columns and rows of the picture. */
export function encodePartOfMacroblock(pixels: usize, stride: usize, columns: i32, rows: i32): void {
  const padded = room + PADDED_OFFSET;
  padMacroblock(pixels, stride, columns, rows, padded);
  encodeMacroblocks(padded, MACROBLOCK_ROW_BYTES, 1);
}

/** Moves what was encoded into the file, and returns where that ends. It needs `STRIP_FILE_BYTES`. */
export function moveStrip(file: usize): usize {
  return moveWords(room + STRIP_OFFSET, file);
}

/** Moves the picture's last bits, after all strips. */
export function finish(file: usize): usize {
  return moveLastBits(file);
}

/** How many of these macroblocks, side by side, are white. */
export function countWhite(pixels: usize, stride: usize, count: i32): i32 {
  let found = 0;
  for (let index = 0; index < count; index += 1) {
    if (isWhite(pixels, stride)) found += 1;
    pixels += MACROBLOCK_ROW_BYTES;
  }
  return found;
}

function writeWhite(): void {
  if (lastLuma === whiteLuma && lastCb === 0 && lastCr === 0) {
    writeWord(WHITE_AFTER_WHITE);
    return;
  }
  for (let block = 0; block < 4; block += 1) lastLuma = writeFlat(whiteLuma, lastLuma, LUMA);
  lastCb = writeFlat(0, lastCb, CHROMA);
  lastCr = writeFlat(0, lastCr, CHROMA);
}

function encodeMacroblock(pixels: usize, stride: usize): void {
  const blocks = room + BLOCKS_OFFSET;
  const found = readMacroblock(pixels, stride, room + PLANES_OFFSET, blocks);
  encodeLuma(blocks, (found & TOP_LEFT_IS_WHITE) !== 0);
  encodeLuma(blocks + BLOCK_BYTES, (found & TOP_RIGHT_IS_WHITE) !== 0);
  encodeLuma(blocks + 2 * BLOCK_BYTES, (found & BOTTOM_LEFT_IS_WHITE) !== 0);
  encodeLuma(blocks + 3 * BLOCK_BYTES, (found & BOTTOM_RIGHT_IS_WHITE) !== 0);
  if ((found & IS_GREY) !== 0) {
    lastCb = writeFlat(0, lastCb, CHROMA);
    lastCr = writeFlat(0, lastCr, CHROMA);
  } else {
    lastCb = encodeBlock(blocks + 4 * BLOCK_BYTES, lastCb, CHROMA);
    lastCr = encodeBlock(blocks + 5 * BLOCK_BYTES, lastCr, CHROMA);
  }
}

function encodeLuma(block: usize, isWhiteBlock: bool): void {
  lastLuma = isWhiteBlock ? writeFlat(whiteLuma, lastLuma, LUMA) : encodeBlock(block, lastLuma, LUMA);
}

/** Encodes a block, and returns its first coefficient. */
function encodeBlock(block: usize, last: i32, kind: usize): i32 {
  transform(block);
  const positions = quantise(block, room + RECIPROCALS_OFFSET + kind * 128, room + ZIGZAG_SETS_OFFSET);
  const first = load<i16>(block) as i32;
  writeBlock(first - last, positions, block, room + ZIGZAG_PLACES_OFFSET, dcCodes(kind), acCodes(kind));
  return first;
}

function writeFlat(first: i32, last: i32, kind: usize): i32 {
  writeFlatBlock(first - last, dcCodes(kind), acCodes(kind));
  return first;
}

function dcCodes(kind: usize): usize {
  return room + DC_CODES_OFFSET + kind * 64;
}

function acCodes(kind: usize): usize {
  return room + AC_CODES_OFFSET + kind * 1024;
}
