import { type FileHandle, open } from 'node:fs/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Samples, SampleType } from '../cog-reader.ts';
import { bytesOfSamples, makeSamples, release } from '../tiff/samples.ts';
import { type BlockEncoding, compress, predict } from './compress-block.ts';
import { type Reduction, reduceLines } from './reduce-lines.ts';

/** What all levels of a file have in common. */
export interface LevelFormat {
  readonly bandCount: number;
  readonly sampleType: SampleType;
  readonly blockSizePixels: number;
  /** What pixels without data hold, and what fills blocks up. */
  readonly fill: number;
  readonly predictor: number;
  readonly encoding: BlockEncoding;
  readonly reduction: Reduction;
}

/** Before each block is its length, and behind it are its last four bytes again, as the file promises. */
const LEADER_BYTES = 4;
const TRAILER_BYTES = 4;

/** Blocks that are compressed or wait for it. */
const BLOCKS_FOR_EACH_THREAD = 2;

/** Makes the limit of blocks that are compressed at a time, for all levels. */
export function limitBlocks(threadCount: number): LimitFunction {
  return pLimit(threadCount);
}

/**
 * Writes the blocks of a level, row by row, into a file of its own, and passes its lines on to the next smaller level.
 * Blocks are compressed side by side and written in order.
 */
export class LevelWriter {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly path: string;
  /** Where each block begins in the file of the level, and how long it is, without leader and trailer. */
  readonly blockStarts: number[] = [];
  readonly blockByteCounts: number[] = [];
  readonly #format: LevelFormat;
  readonly #file: FileHandle;
  readonly #next: LevelWriter | undefined;
  readonly #limit: LimitFunction;
  readonly #lines: Samples;
  readonly #compressing: Promise<Uint8Array>[] = [];
  #lineCount = 0;
  #takenLines = 0;
  #sizeBytes = 0;

  private constructor(
    size: { readonly widthPixels: number; readonly heightPixels: number },
    path: string,
    file: FileHandle,
    format: LevelFormat,
    next: LevelWriter | undefined,
    limit: LimitFunction,
  ) {
    this.widthPixels = size.widthPixels;
    this.heightPixels = size.heightPixels;
    this.path = path;
    this.#file = file;
    this.#format = format;
    this.#next = next;
    this.#limit = limit;
    this.#lines = makeSamples(
      format.sampleType,
      size.widthPixels * format.blockSizePixels * format.bandCount,
    ).fill(format.fill);
  }

  /** Begins a level in a new file. @throws if the file exists or cannot be created. */
  static async create(
    size: { readonly widthPixels: number; readonly heightPixels: number },
    path: string,
    format: LevelFormat,
    next: LevelWriter | undefined,
    limit: LimitFunction,
  ): Promise<LevelWriter> {
    return new LevelWriter(size, path, await open(path, 'wx'), format, next, limit);
  }

  /** Bytes that were written so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The lines of a row of blocks; they hold what pixels without data hold. */
  get lines(): Samples {
    return this.#lines;
  }

  /** Takes lines that were put behind those before. */
  async takeLines(lineCount: number): Promise<void> {
    this.#lineCount += lineCount;
    this.#takenLines += lineCount;
    const isFull = this.#lineCount === this.#format.blockSizePixels;
    if (isFull || this.#takenLines === this.heightPixels) await this.#endRow();
  }

  /** Waits for all blocks of this level and the smaller ones. */
  async close(): Promise<void> {
    await this.#writeUpTo(0);
    await this.#file.close();
    await this.#next?.close();
  }

  /** Closes the file, whether or not all of the level was written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#compressing);
    await this.#file.close();
  }

  async #endRow(): Promise<void> {
    const blocksAcross = Math.ceil(this.widthPixels / this.#format.blockSizePixels);
    for (let column = 0; column < blocksAcross; column += 1) {
      this.#compressBlock(column);
      // A few blocks are in memory besides the lines, however fast these come.
      await this.#writeUpTo(BLOCKS_FOR_EACH_THREAD * this.#limit.concurrency);
    }
    await this.#passOn();
    this.#lines.fill(this.#format.fill);
    this.#lineCount = 0;
  }

  #compressBlock(column: number): void {
    const { blockSizePixels, bandCount, predictor, encoding } = this.#format;
    const block = this.#cut(column);
    predict(block, blockSizePixels, bandCount, predictor);
    const compressing = this.#limit(async () => {
      const compressed = await compress(bytesOfSamples(block), encoding);
      if (compressed.buffer !== block.buffer) release(block);
      return compressed;
    });
    // What fails is thrown where it is waited for.
    compressing.catch(() => undefined);
    this.#compressing.push(compressing);
  }

  #cut(column: number): Samples {
    const { blockSizePixels, bandCount, sampleType, fill } = this.#format;
    const block = makeSamples(sampleType, blockSizePixels * blockSizePixels * bandCount);
    const left = column * blockSizePixels;
    const width = Math.min(blockSizePixels, this.widthPixels - left);
    if (fill !== 0 && (width < blockSizePixels || this.#lineCount < blockSizePixels)) block.fill(fill);
    for (let line = 0; line < this.#lineCount; line += 1) {
      const from = (line * this.widthPixels + left) * bandCount;
      block.set(this.#lines.subarray(from, from + width * bandCount), line * blockSizePixels * bandCount);
    }
    return block;
  }

  async #passOn(): Promise<void> {
    if (!this.#next) return;
    const { bandCount, reduction } = this.#format;
    const lines = {
      samples: this.#lines,
      widthPixels: this.widthPixels,
      lineCount: this.#lineCount,
      bandCount,
    };
    const at = this.#next.#lineCount * this.#next.widthPixels * bandCount;
    await this.#next.takeLines(reduceLines(lines, reduction, this.#next.#lines, at));
  }

  /** Writes blocks until no more than some are left. */
  async #writeUpTo(leftCount: number): Promise<void> {
    while (this.#compressing.length > leftCount) {
      const block = await this.#compressing.shift();
      if (block) await this.#write(block);
    }
  }

  async #write(block: Uint8Array): Promise<void> {
    const leader = Buffer.alloc(LEADER_BYTES);
    leader.writeUInt32LE(block.length);
    this.blockStarts.push(this.#sizeBytes + LEADER_BYTES);
    this.blockByteCounts.push(block.length);
    await this.#file.writev([leader, block, block.subarray(block.length - TRAILER_BYTES)]);
    this.#sizeBytes += LEADER_BYTES + block.length + TRAILER_BYTES;
    release(block);
  }
}
