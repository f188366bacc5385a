import type { Box } from '../../../map-kit/box.ts';

/** Reads bytes of a file; fewer than `lengthBytes` only where the file ends. */
export type ReadRange = (startByte: number, lengthBytes: number, signal?: AbortSignal) => Promise<Buffer>;

/** What a sample of an image is. */
export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Samples in the byte order of this machine. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** From pixels to the units of the reference system: `x = a·column + b·row + c`, `y = d·column + e·row + f`. */
export interface PixelTransform {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** A resolution of an image, cut into blocks of one size. Those at the right and lower edge reach beyond it. */
export interface RasterLevel {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly blockWidthPixels: number;
  readonly blockHeightPixels: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
}

/** What is known of an image before a block of it is read. */
export interface RasterDescription {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly sampleType: SampleType;
  /** `EPSG:4326`, or another code. */
  readonly srs: string;
  /** Of the left upper corner of a pixel of full resolution, in units of {@link srs}. */
  readonly transform: PixelTransform;
  /** In units of {@link srs}; x is east or longitude. */
  readonly box: Box;
  /** What samples without data hold; may be `NaN`. */
  readonly nodata: number | undefined;
  /** Whether the last band says how opaque a pixel is. */
  readonly hasAlpha: boolean;
  /** The full resolution first, then overviews, each smaller than the one before. */
  readonly levels: readonly RasterLevel[];
}

/** Decoded samples of a block. */
export interface RasterBlock {
  /** That of the blocks of the level, also where it reaches beyond the image. */
  readonly widthPixels: number;
  /** Likewise, or less in the last row of blocks. */
  readonly heightPixels: number;
  /** Row by row, the bands of a pixel side by side: `samples[(row * widthPixels + column) * bandCount + band]`. */
  readonly samples: Samples;
  /** For images with an internal mask: a byte for each pixel, 0 where it has no data. */
  readonly mask: Uint8Array | undefined;
}

/** An image whose directories are read. It holds no blocks: caching them is for the caller. */
export interface CogReader {
  readonly description: RasterDescription;
  /**
   * Reads and decodes the block of a column and row of a level. It takes one range, and one more for a mask. The samples
   * of a block that is not compressed may be the bytes that were read.
   *
   * @throws {UnreadableImageError} the block is broken.
   * @throws {RangeError} the level has no such block.
   */
  readBlock(level: number, column: number, row: number, signal?: AbortSignal): Promise<RasterBlock>;
}

/** How an image is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
}
