import { deflateSync, zstdCompressSync } from 'node:zlib';
import type { SampleType } from '../../../../src/apps/view-server/cog/cog-reader.ts';

/** A GeoTIFF that a test makes. */
export interface TestImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount?: number;
  readonly sampleType?: SampleType;
  readonly sample: (column: number, row: number, band: number) => number;
  readonly compression?: 'none' | 'deflate' | 'lzw' | 'packbits' | 'zstd';
  readonly predictor?: 1 | 2;
  readonly isPlanar?: boolean;
  readonly tilePixels?: number;
  readonly rowsPerStrip?: number;
  readonly isBig?: boolean;
  readonly isBigEndian?: boolean;
  readonly nodata?: string;
  /** Where pixels have data; written as an internal mask. */
  readonly mask?: (column: number, row: number) => boolean;
  readonly epsg?: number;
  /** Default: a pixel is 10 units wide, and the left upper corner at 500000, 5300000. */
  readonly pixelScale?: readonly [x: number, y: number];
  readonly corner?: readonly [x: number, y: number];
  readonly colorMap?: readonly number[];
  readonly extraSamples?: readonly number[];
  /** Blocks as they are in the file, instead of those made of samples. */
  readonly blocks?: readonly Buffer[];
  /** Tags instead of those above, or besides them: the type of their values, and the values. */
  readonly tags?: ReadonlyMap<number, readonly [type: number, values: readonly number[]]>;
  readonly withoutTags?: readonly number[];
}

const COMPRESSIONS = { none: 1, deflate: 8, lzw: 5, packbits: 32773, zstd: 50000 } as const;

const SAMPLE_BYTES = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
} as const;

type Field = readonly [type: number, values: readonly number[]];

const SHORT = 3;
const LONG = 4;
const DOUBLE = 12;
const LONG8 = 16;
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

/** Writes a GeoTIFF as simply as can be: blocks first, directories behind them. */
export function writeTiff(image: TestImage): Buffer {
  const isBig = image.isBig ?? false;
  const pieces: Buffer[] = [Buffer.alloc(isBig ? 16 : 8)];
  let at = pieces[0]?.length ?? 0;
  const append = (bytes: Buffer) => {
    const start = at;
    pieces.push(bytes, Buffer.alloc(bytes.length % 2));
    at += bytes.length + (bytes.length % 2);
    return start;
  };
  const directories = [
    mainFields(image, append),
    ...(image.mask ? [maskFields(image, image.mask, append)] : []),
  ];
  const first = at;
  for (const [index, fields] of directories.entries()) {
    append(directoryAt(at, fields, image, index === directories.length - 1));
  }
  const file = Buffer.concat(pieces);
  writeHeader(file, image, first);
  return file;
}

function writeHeader(file: Buffer, { isBig = false, isBigEndian = false }: TestImage, first: number): void {
  file.write(isBigEndian ? 'MM' : 'II', 0, 'latin1');
  put(file, isBig ? 43 : 42, 2, 2, isBigEndian);
  if (isBig) {
    put(file, 8, 4, 2, isBigEndian);
    put(file, first, 8, 8, isBigEndian);
  } else {
    put(file, first, 4, 4, isBigEndian);
  }
}

function mainFields(image: TestImage, append: (bytes: Buffer) => number): Map<number, Field> {
  const { widthPixels, heightPixels, bandCount = 1, sampleType = 'uint8', isPlanar = false } = image;
  const [scaleX, scaleY] = image.pixelScale ?? [10, 10];
  const [x, y] = image.corner ?? [500_000, 5_300_000];
  const epsg = image.epsg ?? 32633;
  const isGeographic = epsg >= 4000 && epsg < 5000;
  const format = sampleType.startsWith('float') ? 3 : sampleType.startsWith('int') ? 2 : 1;
  const planes = isPlanar ? Array.from({ length: bandCount }, (_, band) => [band]) : [bandsOf(bandCount)];
  const blocks = image.blocks ?? planes.flatMap((bands) => blocksOf(image, bands));
  const each = (value: number) => Array.from({ length: bandCount }, () => value);
  const fields = new Map<number, Field>([
    [256, [LONG, [widthPixels]]],
    [257, [LONG, [heightPixels]]],
    [258, [SHORT, each(SAMPLE_BYTES[sampleType] * 8)]],
    [259, [SHORT, [COMPRESSIONS[image.compression ?? 'none']]]],
    [262, [SHORT, [image.colorMap ? 3 : bandCount >= 3 && sampleType === 'uint8' ? 2 : 1]]],
    [277, [SHORT, [bandCount]]],
    [284, [SHORT, [isPlanar ? 2 : 1]]],
    [317, [SHORT, [image.predictor ?? 1]]],
    [339, [SHORT, each(format)]],
    [33550, [DOUBLE, [scaleX, scaleY, 0]]],
    [33922, [DOUBLE, [0, 0, 0, x, y, 0]]],
    [
      34735,
      [
        SHORT,
        [1, 1, 0, 3, 1024, 0, 1, isGeographic ? 2 : 1, 1025, 0, 1, 1, isGeographic ? 2048 : 3072, 0, 1, epsg],
      ],
    ],
    ...placeBlocks(image, blocks, append),
  ]);
  if (image.colorMap) fields.set(320, [SHORT, image.colorMap]);
  if (image.extraSamples) fields.set(338, [SHORT, image.extraSamples]);
  if (image.nodata !== undefined) fields.set(42113, [2, [...Buffer.from(`${image.nodata}\0`)]]);
  for (const [tag, field] of image.tags ?? []) fields.set(tag, field);
  for (const tag of image.withoutTags ?? []) fields.delete(tag);
  return fields;
}

/** A mask of one bit for a pixel, as GDAL writes it. */
function maskFields(
  image: TestImage,
  hasData: (column: number, row: number) => boolean,
  append: (bytes: Buffer) => number,
): Map<number, Field> {
  const { widthPixels, heightPixels } = image;
  const rowBytes = Math.ceil(widthPixels / 8);
  const bits = Buffer.alloc(rowBytes * heightPixels);
  for (let row = 0; row < heightPixels; row += 1) {
    for (let column = 0; column < widthPixels; column += 1) {
      const byte = row * rowBytes + (column >> 3);
      if (hasData(column, row)) bits[byte] = (bits[byte] ?? 0) | (128 >> (column & 7));
    }
  }
  return new Map<number, Field>([
    [254, [LONG, [4]]],
    [256, [LONG, [widthPixels]]],
    [257, [LONG, [heightPixels]]],
    [258, [SHORT, [1]]],
    [259, [SHORT, [1]]],
    [262, [SHORT, [4]]],
    [273, [LONG, [append(bits)]]],
    [277, [SHORT, [1]]],
    [278, [LONG, [heightPixels]]],
    [279, [LONG, [bits.length]]],
  ]);
}

function placeBlocks(
  { tilePixels, rowsPerStrip, heightPixels, isBig = false }: TestImage,
  blocks: readonly Buffer[],
  append: (bytes: Buffer) => number,
): [number, Field][] {
  const type = isBig ? LONG8 : LONG;
  const offsets: Field = [type, blocks.map(append)];
  const byteCounts: Field = [type, blocks.map(({ length }) => length)];
  if (tilePixels !== undefined) {
    return [
      [322, [LONG, [tilePixels]]],
      [323, [LONG, [tilePixels]]],
      [324, offsets],
      [325, byteCounts],
    ];
  }
  return [
    [273, offsets],
    [278, [LONG, [rowsPerStrip ?? heightPixels]]],
    [279, byteCounts],
  ];
}

function bandsOf(bandCount: number): number[] {
  return Array.from({ length: bandCount }, (_, band) => band);
}

function blocksOf(image: TestImage, bands: readonly number[]): Buffer[] {
  const { widthPixels, heightPixels, tilePixels, rowsPerStrip = heightPixels } = image;
  const width = tilePixels ?? widthPixels;
  const height = tilePixels ?? rowsPerStrip;
  const blocks: Buffer[] = [];
  for (let top = 0; top < heightPixels; top += height) {
    for (let left = 0; left < widthPixels; left += width) {
      const rows = tilePixels ?? Math.min(height, heightPixels - top);
      blocks.push(compressed(image, blockOf(image, { left, top, width, rows }, bands)));
    }
  }
  return blocks;
}

function blockOf(
  image: TestImage,
  { left, top, width, rows }: { left: number; top: number; width: number; rows: number },
  bands: readonly number[],
): Buffer {
  const { sampleType = 'uint8', isBigEndian = false } = image;
  const sampleBytes = SAMPLE_BYTES[sampleType];
  const block = Buffer.alloc(width * rows * bands.length * sampleBytes);
  for (let row = 0, at = 0; row < rows; row += 1) {
    const before = bands.map(() => 0);
    for (let column = 0; column < width; column += 1) {
      for (const [index, band] of bands.entries()) {
        const isThere = left + column < image.widthPixels && top + row < image.heightPixels;
        const value = isThere ? image.sample(left + column, top + row, band) : 0;
        const written = image.predictor === 2 ? value - (before[index] ?? 0) : value;
        before[index] = value;
        putSample(block, sampleType, written, at, isBigEndian);
        at += sampleBytes;
      }
    }
  }
  return block;
}

function putSample(block: Buffer, type: SampleType, value: number, at: number, isBigEndian: boolean): void {
  if (type === 'float32') isBigEndian ? block.writeFloatBE(value, at) : block.writeFloatLE(value, at);
  else if (type === 'float64') isBigEndian ? block.writeDoubleBE(value, at) : block.writeDoubleLE(value, at);
  else
    put(
      block,
      value >= 0 ? value : value + 2 ** (SAMPLE_BYTES[type] * 8),
      at,
      SAMPLE_BYTES[type],
      isBigEndian,
    );
}

function compressed({ compression = 'none' }: TestImage, block: Buffer): Buffer {
  switch (compression) {
    case 'none':
      return block;
    case 'deflate':
      return deflateSync(block);
    case 'zstd':
      return zstdCompressSync(block);
    case 'packbits':
      return packBits(block);
    case 'lzw':
      return lzw(block);
  }
}

/** Runs of equal bytes, and others as they are. */
function packBits(block: Buffer): Buffer {
  const packed: number[] = [];
  for (let at = 0; at < block.length; ) {
    let run = 1;
    while (run < 128 && block[at + run] === block[at] && at + run < block.length) run += 1;
    if (run > 1) packed.push(257 - run, block[at] ?? 0);
    else packed.push(0, block[at] ?? 0);
    at += run;
  }
  return Buffer.from(packed);
}

/** LZW with a table, as encoders of TIFF write it: codes grow one early, and the table is cleared before it is full. */
function lzw(block: Buffer): Buffer {
  const bytes: number[] = [];
  let held = 0;
  let heldBits = 0;
  let codeBits = 9;
  const emit = (code: number) => {
    held = (held << codeBits) | code;
    heldBits += codeBits;
    while (heldBits >= 8) {
      heldBits -= 8;
      bytes.push((held >> heldBits) & 0xff);
      held &= (1 << heldBits) - 1;
    }
  };
  let table = new Map<string, number>();
  let next = 258;
  let prefix = '';
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : (table.get(text) ?? 0));
  emit(256);
  for (const character of block.toString('latin1')) {
    const longer = prefix + character;
    if (longer.length === 1 || table.has(longer)) {
      prefix = longer;
      continue;
    }
    emit(codeOf(prefix));
    table.set(longer, next);
    next += 1;
    if (next === 512 || next === 1024 || next === 2048) codeBits += 1;
    if (next === 4094) {
      emit(256);
      table = new Map();
      next = 258;
      codeBits = 9;
    }
    prefix = character;
  }
  emit(codeOf(prefix));
  emit(257);
  if (heldBits > 0) bytes.push((held << (8 - heldBits)) & 0xff);
  return Buffer.from(bytes);
}

function directoryAt(
  at: number,
  fields: ReadonlyMap<number, Field>,
  image: TestImage,
  isLast: boolean,
): Buffer {
  const { isBig = false, isBigEndian = false } = image;
  const pointer = isBig ? 8 : 4;
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const sorted = [...fields].sort(([one], [other]) => one - other);
  const entries = Buffer.alloc(countBytes + sorted.length * entryBytes + pointer);
  put(entries, sorted.length, 0, countBytes, isBigEndian);
  const values: Buffer[] = [];
  let valuesAt = at + entries.length;
  for (const [index, [tag, [type, numbers]]] of sorted.entries()) {
    const entry = countBytes + index * entryBytes;
    const bytes = bytesOfValues(type, numbers, isBigEndian);
    put(entries, tag, entry, 2, isBigEndian);
    put(entries, type, entry + 2, 2, isBigEndian);
    put(entries, numbers.length, entry + 4, pointer, isBigEndian);
    if (bytes.length <= pointer) {
      bytes.copy(entries, entry + 4 + pointer);
    } else {
      put(entries, valuesAt, entry + 4 + pointer, pointer, isBigEndian);
      values.push(bytes);
      valuesAt += bytes.length;
    }
  }
  // The next directory begins on an even byte, as the caller appends it.
  put(entries, isLast ? 0 : valuesAt + (valuesAt % 2), entries.length - pointer, pointer, isBigEndian);
  return Buffer.concat([entries, ...values]);
}

function bytesOfValues(type: number, numbers: readonly number[], isBigEndian: boolean): Buffer {
  const size = TYPE_BYTES[type] ?? 1;
  const bytes = Buffer.alloc(numbers.length * size);
  for (const [index, number] of numbers.entries()) {
    if (type === DOUBLE) putSample(bytes, 'float64', number, index * size, isBigEndian);
    else put(bytes, number, index * size, size, isBigEndian);
  }
  return bytes;
}

function put(bytes: Buffer, value: number, at: number, length: number, isBigEndian: boolean): void {
  if (length === 8) {
    isBigEndian ? bytes.writeBigUInt64BE(BigInt(value), at) : bytes.writeBigUInt64LE(BigInt(value), at);
    return;
  }
  const wrapped = ((value % 2 ** (length * 8)) + 2 ** (length * 8)) % 2 ** (length * 8);
  isBigEndian ? bytes.writeUIntBE(wrapped, at, length) : bytes.writeUIntLE(wrapped, at, length);
}
