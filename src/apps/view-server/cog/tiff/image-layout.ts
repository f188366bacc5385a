import { UnreadableImageError } from '../cog-engine.ts';
import type { SampleType } from '../cog-reader.ts';
import { broken, notUnderstood } from '../unreadable-image.ts';
import type { Directory } from './directories.ts';
import { bytesOf } from './samples.ts';
import { COMPRESSION, PHOTOMETRIC, PREDICTOR, SUBFILE, TAG } from './tags.ts';

/** How an image, an overview or a mask lies in its file: strips are blocks as wide as the image. */
export interface ImageLayout {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly sampleType: SampleType;
  /** A mask may have one bit for a pixel. */
  readonly bitsPerSample: number;
  readonly isLittleEndian: boolean;
  readonly compression: number;
  readonly predictor: number;
  readonly photometric: number;
  /** Whether each band has blocks of its own, all of one band before those of the next. */
  readonly isPlanar: boolean;
  readonly isTiled: boolean;
  readonly blockWidthPixels: number;
  readonly blockHeightPixels: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** 0 where a block was never written. */
  readonly blockOffsets: readonly number[];
  readonly blockByteCounts: readonly number[];
  readonly jpegTables: readonly number[] | undefined;
  readonly colorMap: readonly number[] | undefined;
  readonly hasAlpha: boolean;
  readonly isReduced: boolean;
  readonly isMask: boolean;
  readonly isPage: boolean;
}

const MAXIMUM_SIDE_PIXELS = 1_000_000;
const MAXIMUM_BANDS = 256;

/** The largest block that is decoded at once. */
const MAXIMUM_BLOCK_BYTES = 256 * 1024 * 1024;

/** Strips without compression that follow each other are read in pieces of about this size. */
const PIECE_BYTES = 256 * 1024;

const COMPRESSION_NAMES: ReadonlyMap<number, string> = new Map([
  [2, 'CCITT RLE'],
  [3, 'CCITT Group 3'],
  [4, 'CCITT Group 4'],
  [6, 'JPEG of the old kind'],
  [34712, 'JPEG 2000'],
  [34887, 'LERC'],
  [34925, 'LZMA'],
  [50001, 'WebP'],
  [50002, 'JPEG XL'],
  [52546, 'JPEG XL'],
]);

/** Values of SampleFormat, with the bits that are read. */
const SAMPLE_TYPES: ReadonlyMap<string, SampleType> = new Map([
  ['1:8', 'uint8'],
  ['1:16', 'uint16'],
  ['1:32', 'uint32'],
  ['2:8', 'int8'],
  ['2:16', 'int16'],
  ['2:32', 'int32'],
  ['3:32', 'float32'],
  ['3:64', 'float64'],
  ['4:8', 'uint8'],
  ['4:16', 'uint16'],
  ['4:32', 'uint32'],
]);

/**
 * Reads from a directory how its image lies in the file, and checks that it can be so.
 *
 * @throws {UnreadableImageError}
 */
export function readLayout(directory: Directory, isLittleEndian: boolean): ImageLayout {
  const widthPixels = sideOf(directory, TAG.imageWidth, 'width');
  const heightPixels = sideOf(directory, TAG.imageLength, 'height');
  const bandCount = numberOf(directory, TAG.samplesPerPixel, 1);
  if (bandCount < 1 || bandCount > MAXIMUM_BANDS) throw notUnderstood(`An image of ${bandCount} bands`);
  const subfile = numberOf(directory, TAG.newSubfileType, 0);
  const isMask = (subfile & SUBFILE.mask) !== 0;
  const { sampleType, bitsPerSample } = readSampleType(directory, isMask);
  const compression = numberOf(directory, TAG.compression, COMPRESSION.none);
  if (!Object.values<number>(COMPRESSION).includes(compression)) {
    throw notUnderstood(`Compression ${COMPRESSION_NAMES.get(compression) ?? compression}`);
  }
  if (numberOf(directory, TAG.fillOrder, 1) !== 1) throw notUnderstood('FillOrder 2');
  const planes = numberOf(directory, TAG.planarConfiguration, 1);
  if (planes !== 1 && planes !== 2) throw broken(`PlanarConfiguration is ${planes}`);
  const isPlanar = planes === 2 && bandCount > 1;
  const photometric = numberOf(directory, TAG.photometric, PHOTOMETRIC.minIsBlack);
  checkPhotometric(photometric, compression);
  const extraSamples = numbersOf(directory, TAG.extraSamples) ?? [];
  const layout = {
    widthPixels,
    heightPixels,
    bandCount,
    sampleType,
    bitsPerSample,
    isLittleEndian,
    compression,
    predictor: readPredictor(directory, compression, sampleType),
    photometric,
    isPlanar,
    jpegTables: numbersOf(directory, TAG.jpegTables),
    colorMap: photometric === PHOTOMETRIC.palette ? numbersOf(directory, TAG.colorMap) : undefined,
    hasAlpha: [1, 2].includes(extraSamples.at(-1) ?? 0) && bandCount > 1,
    isReduced: (subfile & SUBFILE.reduced) !== 0,
    isMask,
    isPage: (subfile & SUBFILE.page) !== 0,
  };
  return { ...layout, ...readBlocks(directory, layout) };
}

/** Bytes of a row of a block, of one plane. */
export function blockRowBytes(
  layout: Pick<ImageLayout, 'bandCount' | 'isPlanar' | 'bitsPerSample'>,
  blockWidthPixels: number,
): number {
  return Math.ceil((blockWidthPixels * (layout.isPlanar ? 1 : layout.bandCount) * layout.bitsPerSample) / 8);
}

/** How many rows the blocks of a row have in the file: strips end with the image, tiles do not. */
export function rowsOfBlock(layout: ImageLayout, row: number): number {
  return layout.isTiled
    ? layout.blockHeightPixels
    : Math.min(layout.blockHeightPixels, layout.heightPixels - row * layout.blockHeightPixels);
}

type Blocks = Pick<
  ImageLayout,
  | 'isTiled'
  | 'blockWidthPixels'
  | 'blockHeightPixels'
  | 'blocksAcross'
  | 'blocksDown'
  | 'blockOffsets'
  | 'blockByteCounts'
>;

function readBlocks(
  directory: Directory,
  layout: Pick<
    ImageLayout,
    'widthPixels' | 'heightPixels' | 'bandCount' | 'isPlanar' | 'bitsPerSample' | 'compression'
  >,
): Blocks {
  const { widthPixels, heightPixels, bandCount, isPlanar } = layout;
  const isTiled = directory.has(TAG.tileWidth) || directory.has(TAG.tileOffsets);
  const blockWidthPixels = isTiled ? sideOf(directory, TAG.tileWidth, 'width of tiles') : widthPixels;
  const blockHeightPixels = isTiled
    ? sideOf(directory, TAG.tileLength, 'height of tiles')
    : Math.min(Math.max(1, numberOf(directory, TAG.rowsPerStrip, heightPixels)), heightPixels);
  const blocksAcross = Math.ceil(widthPixels / blockWidthPixels);
  const blocksDown = Math.ceil(heightPixels / blockHeightPixels);
  const blockCount = blocksAcross * blocksDown * (isPlanar ? bandCount : 1);
  const offsets = numbersOf(directory, isTiled ? TAG.tileOffsets : TAG.stripOffsets) ?? [];
  const counts = numbersOf(directory, isTiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const rowBytes = blockRowBytes(layout, blockWidthPixels);
  // Some old writers leave out the length of their only strip.
  const byteCounts =
    counts ?? (blockCount === 1 && layout.compression === COMPRESSION.none ? [rowBytes * heightPixels] : []);
  if (offsets.length < blockCount || byteCounts.length < blockCount) {
    throw broken(`it has ${Math.min(offsets.length, byteCounts.length)} of its ${blockCount} blocks`);
  }
  const blocks: Blocks = {
    isTiled,
    blockWidthPixels,
    blockHeightPixels,
    blocksAcross,
    blocksDown,
    blockOffsets: offsets,
    blockByteCounts: byteCounts,
  };
  const pieces =
    !isTiled && layout.compression === COMPRESSION.none
      ? piecesOfStrips(blocks, heightPixels, rowBytes, isPlanar ? bandCount : 1)
      : blocks;
  const bytes = rowBytes * pieces.blockHeightPixels * (isPlanar ? bandCount : 1);
  if (bytes > MAXIMUM_BLOCK_BYTES) {
    throw new UnreadableImageError(
      `A block of the image has ${bytes} bytes; ${MAXIMUM_BLOCK_BYTES} at most are read. PREPROCESSOR_ENGINE=gdal may read it.`,
    );
  }
  return pieces;
}

/** Strips that follow each other are one run of rows, which may be cut elsewhere. */
function piecesOfStrips(blocks: Blocks, heightPixels: number, rowBytes: number, planeCount: number): Blocks {
  const starts: number[] = [];
  for (let plane = 0; plane < planeCount; plane += 1) {
    const first = plane * blocks.blocksDown;
    const start = blocks.blockOffsets[first] ?? 0;
    for (let strip = 0; strip < blocks.blocksDown; strip += 1) {
      const expected = start + strip * blocks.blockHeightPixels * rowBytes;
      if (start === 0 || blocks.blockOffsets[first + strip] !== expected) return blocks;
      const rows = Math.min(blocks.blockHeightPixels, heightPixels - strip * blocks.blockHeightPixels);
      if ((blocks.blockByteCounts[first + strip] ?? 0) < rows * rowBytes) return blocks;
    }
    starts.push(start);
  }
  const blockHeightPixels = Math.min(heightPixels, Math.max(1, Math.floor(PIECE_BYTES / rowBytes)));
  const blocksDown = Math.ceil(heightPixels / blockHeightPixels);
  const rows = Array.from({ length: blocksDown }, (_, piece) => piece * blockHeightPixels);
  return {
    ...blocks,
    blockHeightPixels,
    blocksDown,
    blockOffsets: starts.flatMap((start) => rows.map((row) => start + row * rowBytes)),
    blockByteCounts: starts.flatMap(() =>
      rows.map((row) => Math.min(blockHeightPixels, heightPixels - row) * rowBytes),
    ),
  };
}

function readSampleType(
  directory: Directory,
  isMask: boolean,
): { sampleType: SampleType; bitsPerSample: number } {
  const bits = numbersOf(directory, TAG.bitsPerSample) ?? [1];
  const formats = numbersOf(directory, TAG.sampleFormat) ?? [1];
  const bitsPerSample = bits[0] ?? 1;
  const format = formats[0] ?? 1;
  if (bits.some((other) => other !== bitsPerSample) || formats.some((other) => other !== format)) {
    throw notUnderstood('An image whose bands are of several types');
  }
  if (isMask && bitsPerSample === 1) return { sampleType: 'uint8', bitsPerSample };
  const sampleType = SAMPLE_TYPES.get(`${format}:${bitsPerSample}`);
  if (!sampleType) throw notUnderstood(`A sample of ${bitsPerSample} bits with SampleFormat ${format}`);
  return { sampleType, bitsPerSample };
}

function readPredictor(directory: Directory, compression: number, sampleType: SampleType): number {
  const predictor = numberOf(directory, TAG.predictor, PREDICTOR.none);
  const isUsed = compression !== COMPRESSION.none && compression !== COMPRESSION.packBits;
  if (predictor === PREDICTOR.none || !isUsed || compression === COMPRESSION.jpeg) return PREDICTOR.none;
  const isFloat = sampleType.startsWith('float');
  const isKnown =
    (predictor === PREDICTOR.horizontal && bytesOf(sampleType) <= 4) ||
    (predictor === PREDICTOR.floatingPoint && isFloat);
  if (!isKnown) throw notUnderstood(`Predictor ${predictor} for samples of ${sampleType}`);
  return predictor;
}

function checkPhotometric(photometric: number, compression: number): void {
  const isKnown =
    photometric === PHOTOMETRIC.yCbCr
      ? compression === COMPRESSION.jpeg
      : [1, PHOTOMETRIC.rgb, PHOTOMETRIC.palette, PHOTOMETRIC.mask].includes(photometric);
  if (!isKnown) throw notUnderstood(`PhotometricInterpretation ${photometric}`);
}

function sideOf(directory: Directory, tag: number, name: string): number {
  const pixels = numberOf(directory, tag, 0);
  if (pixels < 1) throw broken(`its ${name} is ${pixels}`);
  if (pixels > MAXIMUM_SIDE_PIXELS) {
    throw new UnreadableImageError(
      `The ${name} of the image is ${pixels} pixels; ${MAXIMUM_SIDE_PIXELS} at most are read.`,
    );
  }
  return pixels;
}

/** The numbers of a tag; `undefined` if it is missing. */
export function numbersOf(directory: Directory, tag: number): readonly number[] | undefined {
  const values = directory.get(tag);
  return typeof values === 'string' ? undefined : values;
}

function numberOf(directory: Directory, tag: number, missing: number): number {
  return numbersOf(directory, tag)?.[0] ?? missing;
}
