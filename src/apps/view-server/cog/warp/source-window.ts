import pLimit from 'p-limit';
import type { CogReader, RasterBlock, RasterLevel, Samples } from '../cog-reader.ts';
import { bytesOf, makeSamples, release } from '../tiff/samples.ts';

/** Blocks of the source, by columns and rows; the ends are beyond the last. */
export interface BlockRange {
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
}

const BLOCKS_AT_ONCE = 8;

/**
 * Decoded blocks of a source that lie side by side. When it moves on, the rows of blocks stay that are needed again.
 */
export class SourceWindow {
  readonly #reader: CogReader;
  readonly #level: RasterLevel;
  #range: BlockRange = { firstColumn: 0, endColumn: 0, firstRow: 0, endRow: 0 };
  #samples: Samples;
  #mask: Uint8Array | undefined;
  #capacityPixels = 0;

  /** @param reader one that keeps nothing of what it reads: the memory of its blocks is given back. */
  constructor(reader: CogReader) {
    const [level] = reader.description.levels;
    if (!level) throw new RangeError('An image has a level.');
    this.#reader = reader;
    this.#level = level;
    this.#samples = makeSamples(reader.description.sampleType, 0);
  }

  /** Samples of the window, row by row, the bands of a pixel side by side. */
  get samples(): Samples {
    return this.#samples;
  }

  /** A byte for each pixel, 0 where it has no data; `undefined` if all have. */
  get mask(): Uint8Array | undefined {
    return this.#mask;
  }

  /** Pixels of the source to the left of the window. */
  get left(): number {
    return this.#range.firstColumn * this.#level.blockWidthPixels;
  }

  /** Pixels of the source above the window. */
  get top(): number {
    return this.#range.firstRow * this.#level.blockHeightPixels;
  }

  /** The width of the window. */
  get widthPixels(): number {
    return (this.#range.endColumn - this.#range.firstColumn) * this.#level.blockWidthPixels;
  }

  /** Bytes that a window on some blocks takes. */
  bytesOf(range: BlockRange): number {
    const { bandCount, sampleType } = this.#reader.description;
    return pixelsOf(range, this.#level) * bandCount * bytesOf(sampleType);
  }

  /** Blocks in which pixels from one place to another lie. */
  blocksOf(left: number, top: number, right: number, bottom: number): BlockRange {
    const { blockWidthPixels, blockHeightPixels, blocksAcross, blocksDown } = this.#level;
    return {
      firstColumn: Math.max(0, Math.floor(left / blockWidthPixels)),
      endColumn: Math.min(blocksAcross, Math.floor(right / blockWidthPixels) + 1),
      firstRow: Math.max(0, Math.floor(top / blockHeightPixels)),
      endRow: Math.min(blocksDown, Math.floor(bottom / blockHeightPixels) + 1),
    };
  }

  /** Moves to some blocks, and reads those that it does not hold. */
  async moveTo(range: BlockRange): Promise<void> {
    const kept = this.#keep(range);
    const limit = pLimit(BLOCKS_AT_ONCE);
    const reads: Promise<void>[] = [];
    for (let row = range.firstRow; row < range.endRow; row += 1) {
      if (row >= kept.firstRow && row < kept.endRow) continue;
      for (let column = range.firstColumn; column < range.endColumn; column += 1) {
        reads.push(limit(async () => this.#place(await this.#reader.readBlock(0, column, row), column, row)));
      }
    }
    await Promise.all(reads);
  }

  /** Moves the rows of blocks that stay to their new place. Returns which they are. */
  #keep(range: BlockRange): Pick<BlockRange, 'firstRow' | 'endRow'> {
    const old = this.#range;
    const { bandCount, sampleType, hasAlpha } = this.#reader.description;
    const isSameColumns = old.firstColumn === range.firstColumn && old.endColumn === range.endColumn;
    const firstRow = isSameColumns ? Math.max(old.firstRow, range.firstRow) : 0;
    const endRow = isSameColumns ? Math.min(old.endRow, range.endRow) : 0;
    const neededPixels = pixelsOf(range, this.#level);
    const oldSamples = this.#samples;
    const oldMask = this.#mask;
    if (neededPixels > this.#capacityPixels) {
      // A row of blocks more, as the next part of an image that lies askew may need it.
      this.#capacityPixels = neededPixels + neededPixels / Math.max(1, range.endRow - range.firstRow);
      this.#samples = makeSamples(sampleType, this.#capacityPixels * bandCount);
      if (oldMask || hasAlpha) this.#mask = new Uint8Array(this.#capacityPixels);
    }
    this.#range = range;
    if (endRow <= firstRow) {
      if (oldSamples !== this.#samples) release(oldSamples);
      return { firstRow: 0, endRow: 0 };
    }
    const blockRowPixels = this.widthPixels * this.#level.blockHeightPixels;
    const from = (firstRow - old.firstRow) * blockRowPixels;
    const to = (firstRow - range.firstRow) * blockRowPixels;
    const length = (endRow - firstRow) * blockRowPixels;
    move(oldSamples, this.#samples, from * bandCount, to * bandCount, length * bandCount);
    if (oldMask && this.#mask) move(oldMask, this.#mask, from, to, length);
    if (oldSamples !== this.#samples) release(oldSamples);
    return { firstRow, endRow };
  }

  #place(block: RasterBlock, column: number, row: number): void {
    const { bandCount } = this.#reader.description;
    const width = this.widthPixels;
    const left = (column - this.#range.firstColumn) * this.#level.blockWidthPixels;
    const top = (row - this.#range.firstRow) * this.#level.blockHeightPixels;
    const mask = this.#maskOf(block);
    if (mask && !this.#mask) this.#mask = new Uint8Array(this.#capacityPixels);
    for (let y = 0; y < block.heightPixels; y += 1) {
      const from = y * block.widthPixels;
      const to = (top + y) * width + left;
      this.#samples.set(
        block.samples.subarray(from * bandCount, (from + block.widthPixels) * bandCount),
        to * bandCount,
      );
      if (mask) this.#mask?.set(mask.subarray(from, from + block.widthPixels), to);
    }
    release(block.samples);
  }

  /** Where the last band says how opaque pixels are, those that are not at all have no data. */
  #maskOf({ samples, mask }: RasterBlock): Uint8Array | undefined {
    const { hasAlpha, bandCount } = this.#reader.description;
    if (!hasAlpha) return mask;
    const pixelCount = samples.length / bandCount;
    const opaque = new Uint8Array(pixelCount);
    for (let pixel = 0; pixel < pixelCount; pixel += 1) {
      const isOpaque = samples[(pixel + 1) * bandCount - 1] !== 0 && mask?.[pixel] !== 0;
      opaque[pixel] = isOpaque ? 255 : 0;
    }
    return opaque;
  }
}

function pixelsOf(range: BlockRange, level: RasterLevel): number {
  const width = (range.endColumn - range.firstColumn) * level.blockWidthPixels;
  return width * (range.endRow - range.firstRow) * level.blockHeightPixels;
}

function move(from: Samples, to: Samples, start: number, target: number, length: number): void {
  if (from === to) to.copyWithin(target, start, start + length);
  else to.set(from.subarray(start, start + length), target);
}
