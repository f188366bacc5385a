import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { Budget } from '../../../../map-kit/budget.ts';
import { UnreadableImageError } from '../../cog/cog-engine.ts';
import type { CogReader, RasterBlock, RasterDescription, RasterLevel } from '../../cog/cog-reader.ts';
import { openCog } from '../../cog/open-cog.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { PixelWindow } from '../warp/pixel-map.ts';
import {
  bytesOfSample,
  copyBlock,
  createWindow,
  type RasterWindow,
  WindowMemory,
  withMask,
} from '../warp/raster-window.ts';
import { coalesceRanges } from './coalesced-ranges.ts';
import { SharedLoads, unlessAborted } from './shared-loads.ts';

/** Which image: a file, and the version of the product that it belongs to. */
export interface ImageReference {
  readonly store: FileStore;
  readonly path: string;
  readonly version: number;
}

/** An image whose directories are known. */
export interface OpenImage {
  readonly description: RasterDescription;
  /**
   * Reads a part of a level.
   *
   * @throws {FileStoreError}
   * @throws {UnreadableImageError} the image is broken, or the part is too large.
   */
  readWindow(level: number, window: PixelWindow, signal: AbortSignal): Promise<RasterWindow>;
  /**
   * Reads a part of a level as {@link OpenImage.readWindow} does, into memory that is used again.
   *
   * @param use gets the part, must not keep it, and is done when it returns.
   */
  borrowWindow(
    level: number,
    window: PixelWindow,
    signal: AbortSignal,
    use: (window: RasterWindow) => void,
  ): Promise<void>;
}

/** Options of {@link ImageLibrary}. */
export interface ImageLibraryOptions {
  /** Bytes of decoded blocks that are kept. */
  readonly blockCacheBytes: number;
  readonly readTimeoutMilliseconds: number;
  /** Bytes of blocks of a window that are read at the same time. */
  readonly readAheadBytes?: number;
}

/** Ranges that a process reads at the same time. */
const READS_AT_ONCE = 24;

/** Bytes of directories that are kept. */
const DIRECTORY_CACHE_BYTES = 32 * 1_024 * 1_024;

/** A part of an image that is larger is not read: the image has no overviews that are small enough. */
const LARGEST_WINDOW_BYTES = 256 * 1_024 * 1_024;

/** Windows that are put together at the same time, with the blocks that they are made of. */
const WINDOWS_BYTES = 512 * 1_024 * 1_024;

/** Blocks of a window that are read at the same time, by default. */
const READ_AHEAD_BYTES = 32 * 1_024 * 1_024;

/** What a directory takes besides the places of its blocks. */
const BYTES_OF_DIRECTORY = 8_192;

/** Offset and length of a block. */
const BYTES_OF_PLACE = 16;

/** Opens images, and keeps their directories and the blocks that were read last. */
export class ImageLibrary {
  readonly #options: ImageLibraryOptions;
  readonly #limit: LimitFunction = pLimit(READS_AT_ONCE);
  readonly #windows = new Budget(WINDOWS_BYTES);
  readonly #readers: LRUCache<string, CogReader>;
  readonly #opening = new SharedLoads<CogReader>();
  readonly #blocks: LRUCache<string, RasterBlock>;
  readonly #loading = new SharedLoads<RasterBlock>();
  readonly #memory = new WindowMemory();

  constructor(options: ImageLibraryOptions) {
    this.#options = options;
    this.#readers = new LRUCache({ maxSize: DIRECTORY_CACHE_BYTES, sizeCalculation: bytesOfDirectories });
    this.#blocks = new LRUCache({ maxSize: options.blockCacheBytes, sizeCalculation: bytesOfBlock });
  }

  /** Opens an image. @throws {FileStoreError} @throws {UnreadableImageError} */
  async open(image: ImageReference, signal: AbortSignal): Promise<OpenImage> {
    const key = `${image.store.url} ${image.path} ${image.version}`;
    const reader = this.#readers.get(key) ?? (await unlessAborted(this.#openShared(key, image), signal));
    return {
      description: reader.description,
      readWindow: (level, window, callersSignal) =>
        unlessAborted(this.#readWindow(key, reader, level, window, callersSignal), callersSignal),
      borrowWindow: async (level, window, callersSignal, use) => {
        callersSignal.throwIfAborted();
        const blocks = this.#keptBlocks(key, reader, level, window);
        // Between the two nothing else runs, so the memory is still free.
        if (blocks) use(assembled(blocks, window, reader.description, this.#memory));
        else {
          use(
            await unlessAborted(this.#readWindow(key, reader, level, window, callersSignal), callersSignal),
          );
        }
      },
    };
  }

  /** What is shared goes on when a caller stops waiting, so it has a time limit of its own. */
  #openShared(key: string, { store, path }: ImageReference): Promise<CogReader> {
    return this.#opening.run(key, async () => {
      const { readTimeoutMilliseconds } = this.#options;
      const readRange = coalesceRanges((startByte, lengthBytes) =>
        this.#limit(() =>
          store.readRange(path, startByte, lengthBytes, AbortSignal.timeout(readTimeoutMilliseconds)),
        ),
      );
      const reader = await openCog(readRange);
      this.#readers.set(key, reader);
      return reader;
    });
  }

  /** Returns the blocks that have a part of a window, if all of them are in memory and the window is not too large. */
  #keptBlocks(
    imageKey: string,
    { description: { bandCount, sampleType, levels } }: CogReader,
    level: number,
    pixels: PixelWindow,
  ): readonly PlacedBlock[] | undefined {
    const raster = levels[level];
    const bytes = pixels.widthPixels * pixels.heightPixels * bandCount * bytesOfSample(sampleType);
    if (!raster || bytes > LARGEST_WINDOW_BYTES) return undefined;
    const placed: PlacedBlock[] = [];
    for (const { column, row } of blocksIn(pixels, raster)) {
      const block = this.#blocks.get(keyOfBlock(imageKey, level, column, row));
      if (!block) return undefined;
      placed.push({ left: column * raster.blockWidthPixels, top: row * raster.blockHeightPixels, block });
    }
    return placed;
  }

  async #readWindow(
    key: string,
    reader: CogReader,
    level: number,
    pixels: PixelWindow,
    signal: AbortSignal,
  ): Promise<RasterWindow> {
    const { bandCount, sampleType, levels } = reader.description;
    const raster = levels[level];
    if (!raster) throw new RangeError(`the image has no level ${level}`);
    const bytes = pixels.widthPixels * pixels.heightPixels * bandCount * bytesOfSample(sampleType);
    if (bytes > LARGEST_WINDOW_BYTES) {
      throw new UnreadableImageError(
        `${pixels.widthPixels} × ${pixels.heightPixels} pixels of it are needed at once, as it has no smaller overviews`,
      );
    }
    const blockBytes =
      raster.blockWidthPixels * raster.blockHeightPixels * bandCount * bytesOfSample(sampleType);
    const { readAheadBytes = READ_AHEAD_BYTES } = this.#options;
    const blocksAtOnce = Math.max(1, Math.floor(readAheadBytes / blockBytes));
    const blocks = blocksIn(pixels, raster);
    const bytesOfBlocks = blockBytes * Math.min(blocks.length, blocksAtOnce);
    // What is read goes on for a while when its caller is gone: it has its memory until it ends.
    return this.#windows.run(bytes + bytesOfBlocks, signal, async () => {
      let window = createWindow(pixels, bandCount, sampleType, false);
      for (let first = 0; first < blocks.length; first += blocksAtOnce) {
        signal.throwIfAborted();
        const loaded = await Promise.all(
          blocks.slice(first, first + blocksAtOnce).map(async ({ column, row }) => ({
            left: column * raster.blockWidthPixels,
            top: row * raster.blockHeightPixels,
            block: await this.#block(key, reader, level, column, row),
          })),
        );
        for (const { block, left, top } of loaded) {
          if (block.mask) window = withMask(window);
          copyBlock(window, block, left, top);
        }
      }
      return window;
    });
  }

  async #block(
    imageKey: string,
    reader: CogReader,
    level: number,
    column: number,
    row: number,
  ): Promise<RasterBlock> {
    const key = keyOfBlock(imageKey, level, column, row);
    return (
      this.#blocks.get(key) ??
      this.#loading.run(key, async () => {
        const block = await reader.readBlock(level, column, row);
        this.#blocks.set(key, block);
        return block;
      })
    );
  }
}

/** A block, and where it is in its level, in pixels. */
interface PlacedBlock {
  readonly left: number;
  readonly top: number;
  readonly block: RasterBlock;
}

function keyOfBlock(imageKey: string, level: number, column: number, row: number): string {
  return `${imageKey} ${level} ${column} ${row}`;
}

/** Puts blocks together, in memory that is used again. */
function assembled(
  blocks: readonly PlacedBlock[],
  pixels: PixelWindow,
  { bandCount, sampleType }: RasterDescription,
  memory: WindowMemory,
): RasterWindow {
  const hasMask = blocks.some(({ block }) => block.mask !== undefined);
  const window = createWindow(pixels, bandCount, sampleType, hasMask, memory);
  for (const { block, left, top } of blocks) copyBlock(window, block, left, top);
  return window;
}

function blocksIn(
  window: PixelWindow,
  level: RasterLevel,
): { readonly column: number; readonly row: number }[] {
  const firstColumn = Math.floor(window.left / level.blockWidthPixels);
  const lastColumn = Math.floor((window.left + window.widthPixels - 1) / level.blockWidthPixels);
  const firstRow = Math.floor(window.top / level.blockHeightPixels);
  const lastRow = Math.floor((window.top + window.heightPixels - 1) / level.blockHeightPixels);
  const blocks = [];
  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = firstColumn; column <= lastColumn; column += 1) blocks.push({ column, row });
  }
  return blocks;
}

function bytesOfBlock({ samples, mask }: RasterBlock): number {
  return samples.byteLength + (mask?.byteLength ?? 0) + 1;
}

function bytesOfDirectories({ description: { levels } }: CogReader): number {
  const blocks = levels.reduce((sum, level) => sum + level.blocksAcross * level.blocksDown, 0);
  return BYTES_OF_DIRECTORY * levels.length + blocks * BYTES_OF_PLACE;
}
