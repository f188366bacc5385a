import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CogDescription, CogOptions } from '../cog-engine.ts';
import type { PixelTransform, Samples, SampleType } from '../cog-reader.ts';
import { bytesOf } from '../tiff/samples.ts';
import { FIELD_TYPE, PHOTOMETRIC, SUBFILE, TAG } from '../tiff/tags.ts';
import type { LineSink } from '../warp/warp-image.ts';
import { compressionCodeOf, predictorOf } from './compress-block.ts';
import { geoFields } from './geo-tags.ts';
import { type LevelFormat, LevelWriter, limitBlocks } from './level-writer.ts';
import {
  type DirectoryFields,
  type Field,
  sizeOfDirectories,
  writeDirectories,
} from './write-directories.ts';

/** The image that is written. */
export interface TargetImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly sampleType: SampleType;
  readonly srs: string;
  readonly isGeographic: boolean;
  /** North is up. */
  readonly transform: PixelTransform;
  readonly nodata: number | undefined;
  readonly hasAlpha: boolean;
  readonly photometric: number;
  readonly colorMap: readonly number[] | undefined;
}

const CLASSIC_TIFF_BYTES = 2 ** 32;
const COPIED_BYTES = 1024 * 1024;

/**
 * Writes a cloud-optimised GeoTIFF: directories first, then the blocks of the overviews, smallest first, then those of
 * the full resolution. Until all lines are there, each level is in a file of its own.
 */
export class CogWriter implements LineSink {
  readonly #image: TargetImage;
  readonly #options: CogOptions;
  readonly #format: LevelFormat;
  /** The full resolution first. */
  readonly #levels: readonly LevelWriter[];

  private constructor(
    image: TargetImage,
    options: CogOptions,
    format: LevelFormat,
    levels: readonly LevelWriter[],
  ) {
    this.#image = image;
    this.#options = options;
    this.#format = format;
    this.#levels = levels;
  }

  /** @param folder for the files of levels; the caller removes it. */
  static async create(image: TargetImage, options: CogOptions, folder: string): Promise<CogWriter> {
    const isFloat = image.sampleType.startsWith('float');
    const format: LevelFormat = {
      bandCount: image.bandCount,
      sampleType: image.sampleType,
      blockSizePixels: options.blockSizePixels,
      fill: image.nodata ?? 0,
      predictor: predictorOf(options, isFloat),
      encoding: options,
      reduction: {
        // The numbers of a palette have no average.
        method: image.colorMap ? 'nearest' : options.overviewResampling,
        nodata: image.nodata,
        isFloat,
      },
    };
    const limit = limitBlocks(options.threadCount);
    let next: LevelWriter | undefined;
    const levels: LevelWriter[] = [];
    await using opened = new AsyncDisposableStack();
    for (const [index, size] of [...sizesOfLevels(image, options.blockSizePixels).entries()].reverse()) {
      next = opened.use(await LevelWriter.create(size, join(folder, `level-${index}`), format, next, limit));
      levels.unshift(next);
    }
    opened.move();
    return new CogWriter(image, options, format, levels);
  }

  /** Closes the files of levels, whether or not the file was finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const level of this.#levels) await level[Symbol.asyncDispose]();
  }

  get linesAtOnce(): number {
    return this.#options.blockSizePixels;
  }

  nextLines(): Samples {
    return this.#full.lines;
  }

  takeLines(lineCount: number): Promise<void> {
    return this.#full.takeLines(lineCount);
  }

  /** Writes the file, when all lines were taken. */
  async finish(targetFile: string): Promise<CogDescription> {
    await this.#full.close();
    const directories = this.#levels.map((level, index) => this.#directoryOf(level, index));
    const dataBytes = this.#levels.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const isBig =
      this.#options.bigTiff === 'YES' ||
      sizeOfDirectories(directories, false) + dataBytes >= CLASSIC_TIFF_BYTES;
    const starts = new Map<LevelWriter, number>();
    let at = sizeOfDirectories(directories, isBig);
    for (const level of this.#levels.toReversed()) {
      starts.set(level, at);
      at += level.sizeBytes;
    }
    const offsets = this.#levels.map((level) =>
      level.blockStarts.map((start) => (starts.get(level) ?? 0) + start),
    );
    const target = await open(targetFile, 'wx');
    try {
      await target.writeFile(writeDirectories(directories, offsets, isBig));
      for (const level of this.#levels.toReversed()) await append(target, level.path);
    } finally {
      await target.close();
    }
    const { widthPixels, heightPixels, bandCount } = this.#image;
    return { widthPixels, heightPixels, bandCount, sizeBytes: at };
  }

  get #full(): LevelWriter {
    const [full] = this.#levels;
    if (!full) throw new RangeError('A COG has a level.');
    return full;
  }

  #directoryOf(level: LevelWriter, index: number): DirectoryFields {
    const { nodata, srs, isGeographic, transform } = this.#image;
    const { blockSizePixels, predictor } = this.#format;
    const fields: Field[] = [
      ...(index === 0 ? [] : [long(TAG.newSubfileType, SUBFILE.reduced)]),
      long(TAG.imageWidth, level.widthPixels),
      long(TAG.imageLength, level.heightPixels),
      ...this.#sampleFields(),
      short(TAG.compression, compressionCodeOf(this.#options)),
      short(TAG.planarConfiguration, 1),
      ...(predictor === 1 ? [] : [short(TAG.predictor, predictor)]),
      short(TAG.tileWidth, blockSizePixels),
      short(TAG.tileLength, blockSizePixels),
      { tag: TAG.tileByteCounts, type: FIELD_TYPE.long, values: level.blockByteCounts },
      ...(index === 0 ? geoFields(srs, isGeographic, transform) : []),
      ...(nodata === undefined ? [] : [nodataField(nodata)]),
    ];
    return { fields, offsetsTag: TAG.tileOffsets, blockCount: level.blockStarts.length };
  }

  #sampleFields(): Field[] {
    const { bandCount, sampleType, photometric, colorMap, hasAlpha } = this.#image;
    const each = (tag: number, value: number): Field => ({
      tag,
      type: FIELD_TYPE.short,
      values: Array.from({ length: bandCount }, () => value),
    });
    const colourCount = photometric === PHOTOMETRIC.rgb ? 3 : 1;
    const extra = Array.from({ length: bandCount - colourCount }, () => 0);
    if (hasAlpha && extra.length > 0) extra[extra.length - 1] = 2;
    return [
      each(TAG.bitsPerSample, bytesOf(sampleType) * 8),
      short(TAG.photometric, photometric),
      short(TAG.samplesPerPixel, bandCount),
      each(TAG.sampleFormat, sampleFormatOf(sampleType)),
      ...(extra.length > 0 ? [{ tag: TAG.extraSamples, type: FIELD_TYPE.short, values: extra }] : []),
      ...(colorMap ? [{ tag: TAG.colorMap, type: FIELD_TYPE.short, values: colorMap }] : []),
    ];
  }
}

/** The image, and halves of it until one fits into a block. */
function sizesOfLevels(
  { widthPixels, heightPixels }: TargetImage,
  blockSizePixels: number,
): { widthPixels: number; heightPixels: number }[] {
  const sizes = [{ widthPixels, heightPixels }];
  for (let last = sizes[0]; last && Math.max(last.widthPixels, last.heightPixels) > blockSizePixels; ) {
    last = { widthPixels: Math.ceil(last.widthPixels / 2), heightPixels: Math.ceil(last.heightPixels / 2) };
    sizes.push(last);
  }
  return sizes;
}

function sampleFormatOf(sampleType: SampleType): number {
  if (sampleType.startsWith('float')) return 3;
  return sampleType.startsWith('int') ? 2 : 1;
}

function nodataField(nodata: number): Field {
  return {
    tag: TAG.gdalNodata,
    type: FIELD_TYPE.ascii,
    values: Number.isNaN(nodata) ? 'nan' : String(nodata),
  };
}

function short(tag: number, value: number): Field {
  return { tag, type: FIELD_TYPE.short, values: [value] };
}

function long(tag: number, value: number): Field {
  return { tag, type: FIELD_TYPE.long, values: [value] };
}

async function append(target: FileHandle, path: string): Promise<void> {
  const source = await open(path);
  try {
    const buffer = Buffer.alloc(COPIED_BYTES);
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      await target.writeFile(buffer.subarray(0, bytesRead));
    }
  } finally {
    await source.close();
  }
}
