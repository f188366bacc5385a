import { BYTES_PER_PIXEL } from '../page-size.ts';
import type { Picture } from '../portable-pixmap.ts';
import type { EncoderExports } from './encoder-exports.ts';
import { END_OF_IMAGE, jpegHeader } from './header.ts';
import { type ComponentTables, type HuffmanTable, tablesForQuality, ZIGZAG } from './tables.ts';

/** The memory that pictures lie in, and what gives room in it: 0 if there is none left. */
export interface PictureMemory {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (bytes: number) => number;
}

/** A macroblock has so many pixels to a side. */
const MACROBLOCK_PIXELS = 16;

/** The most that a JPEG file can say of itself. */
const MAXIMUM_SIDE_PIXELS = 0xffff;

/** Where fewer macroblocks are white, and the others as dense as noise, libjpeg-turbo is faster. */
const MINIMUM_WHITE_SHARE = 0.6;

/** Looking at one row of macroblocks of so many tells how many are white. */
const ROWS_PER_SAMPLE = 8;

/** One, as the factors of the quantisation count. */
const ONE = 32768;

/** What the transform multiplies the frequencies of a row or column with, beside 8 for both together. */
const FREQUENCY_FACTORS = Array.from({ length: 8 }, (_, frequency) =>
  frequency === 0 ? 1 : Math.SQRT2 * Math.cos((frequency * Math.PI) / 16),
);

/**
 * Writes JPEG files of pages that are mostly white, for half the time that libjpeg-turbo takes: what is white costs no
 * more than the look at it. The pictures are read where they lie, in a memory of WebAssembly.
 */
export class WhiteSparingEncoder {
  readonly #memory: WebAssembly.Memory;
  readonly #encoder: EncoderExports;
  readonly #tables: readonly [luma: ComponentTables, chroma: ComponentTables];
  readonly #room: number;

  /**
   * @param quality from 1 to 100, as libjpeg means it.
   * @throws {RangeError} if the memory has no room.
   */
  constructor(module: WebAssembly.Module, { memory, malloc }: PictureMemory, quality: number) {
    this.#memory = memory;
    this.#encoder = new WebAssembly.Instance<EncoderExports>(module, { env: { memory } }).exports;
    this.#tables = tablesForQuality(quality);
    this.#room = malloc(this.#encoder.ROOM_BYTES.value);
    if (this.#room === 0) throw new RangeError('There is no room for the JPEG encoder in the memory');
    this.#fillTables();
  }

  /** Whether this encoder is the faster one for a picture. */
  suits(picture: Picture): boolean {
    const { widthPixels, heightPixels } = picture;
    if (picture.pixels.buffer !== this.#memory.buffer) return false;
    if (widthPixels > MAXIMUM_SIDE_PIXELS || heightPixels > MAXIMUM_SIDE_PIXELS) return false;
    const wholeColumns = Math.floor(widthPixels / MACROBLOCK_PIXELS);
    const strideBytes = widthPixels * BYTES_PER_PIXEL;
    const lastTop = heightPixels - MACROBLOCK_PIXELS;
    let seen = 0;
    let white = 0;
    for (let top = 0; top <= lastTop; top += MACROBLOCK_PIXELS * ROWS_PER_SAMPLE) {
      const address = picture.pixels.byteOffset + top * strideBytes;
      white += this.#encoder.countWhite(address, strideBytes, wholeColumns);
      seen += wholeColumns;
    }
    return white >= seen * MINIMUM_WHITE_SHARE;
  }

  /**
   * Writes the file, which has a buffer of its own: one that can be moved to another thread.
   *
   * @param picture one whose pixels lie in the memory.
   */
  encode(picture: Picture, dpi: number): Uint8Array<ArrayBuffer> {
    return joined([jpegHeader(picture, dpi, this.#tables), ...this.#codes(picture), END_OF_IMAGE]);
  }

  /** The picture's codes, in pieces. */
  #codes({ pixels, widthPixels, heightPixels }: Picture): Uint8Array[] {
    const encoder = this.#encoder;
    const pieces: Uint8Array[] = [];
    const fileStart = this.#room + encoder.FILE_OFFSET.value;
    const roomForStrip = fileStart + encoder.FILE_BYTES.value - encoder.STRIP_FILE_BYTES.value;
    const take = (end: number) => pieces.push(new Uint8Array(this.#memory.buffer).slice(fileStart, end));
    const strideBytes = widthPixels * BYTES_PER_PIXEL;
    const stripPixels = encoder.STRIP_MACROBLOCKS.value * MACROBLOCK_PIXELS;

    encoder.start(this.#room, this.#whiteLuma());
    let fileEnd = fileStart;
    for (let top = 0; top < heightPixels; top += MACROBLOCK_PIXELS) {
      for (let left = 0; left < widthPixels; left += stripPixels) {
        const address = pixels.byteOffset + top * strideBytes + left * BYTES_PER_PIXEL;
        const columns = Math.min(stripPixels, widthPixels - left);
        this.#encodeStrip(address, strideBytes, columns, Math.min(MACROBLOCK_PIXELS, heightPixels - top));
        fileEnd = encoder.moveStrip(fileEnd);
        if (fileEnd > roomForStrip) {
          take(fileEnd);
          fileEnd = fileStart;
        }
      }
    }
    take(encoder.finish(fileEnd));
    return pieces;
  }

  #encodeStrip(address: number, strideBytes: number, columns: number, rows: number): void {
    const encoder = this.#encoder;
    const wholeColumns = rows === MACROBLOCK_PIXELS ? columns - (columns % MACROBLOCK_PIXELS) : 0;
    encoder.encodeMacroblocks(address, strideBytes, wholeColumns / MACROBLOCK_PIXELS);
    for (let left = wholeColumns; left < columns; left += MACROBLOCK_PIXELS) {
      encoder.encodePartOfMacroblock(
        address + left * BYTES_PER_PIXEL,
        strideBytes,
        Math.min(MACROBLOCK_PIXELS, columns - left),
        rows,
      );
    }
  }

  /** The level of white less 128, times 8, divided and rounded as the encoder does it. */
  #whiteLuma(): number {
    const factor = factors(this.#tables[0])[0] ?? 0;
    return Math.floor(((0xff - 128) * 64 * factor) / ONE + 0.5);
  }

  #fillTables(): void {
    const encoder = this.#encoder;
    const view = new DataView(this.#memory.buffer, this.#room, encoder.ROOM_BYTES.value);
    this.#tables.forEach((tables, kind) => {
      factors(tables).forEach((factor, place) => {
        view.setInt16(encoder.RECIPROCALS_OFFSET.value + (kind * 64 + place) * 2, factor, true);
      });
      writeCodes(view, encoder.DC_CODES_OFFSET.value + kind * 16 * 4, tables.dc);
      writeCodes(view, encoder.AC_CODES_OFFSET.value + kind * 256 * 4, tables.ac);
    });
    ZIGZAG.forEach((place, position) => {
      view.setUint8(encoder.ZIGZAG_PLACES_OFFSET.value + position, place * 2);
    });
    for (let row = 0; row < 8; row += 1) {
      for (let columns = 0; columns < 256; columns += 1) {
        const offset = encoder.ZIGZAG_SETS_OFFSET.value + (row * 256 + columns) * 8;
        view.setBigUint64(offset, zigzagSet(row, columns), true);
      }
    }
  }
}

/** `Buffer.concat` would put what is short into a buffer that others share. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

/** What coefficients are multiplied with, row after row: it undoes the transform's factors, and divides. */
function factors({ divisors }: ComponentTables): number[] {
  return divisors.map((divisor, place) => {
    const across = FREQUENCY_FACTORS[place % 8] ?? 1;
    const down = FREQUENCY_FACTORS[Math.floor(place / 8)] ?? 1;
    return Math.min(ONE - 1, Math.round(ONE / (divisor * 8 * across * down)));
  });
}

/** Codes as they are counted up in T.81, C.2: each after the one before, with a zero for every further bit. */
function writeCodes(view: DataView, offset: number, { codesOfLength, symbols }: HuffmanTable): void {
  let code = 0;
  let index = 0;
  codesOfLength.forEach((count, lengthLessOne) => {
    for (const symbol of symbols.slice(index, index + count)) {
      view.setUint32(offset + symbol * 4, ((lengthLessOne + 1) << 16) | code, true);
      code += 1;
    }
    index += count;
    code <<= 1;
  });
}

/** A set of columns of a row, a bit each, as positions in the zigzag. */
function zigzagSet(row: number, columns: number): bigint {
  let positions = 0n;
  for (let column = 0; column < 8; column += 1) {
    if ((columns & (1 << column)) !== 0) positions |= 1n << BigInt(ZIGZAG.indexOf(row * 8 + column));
  }
  return positions;
}
