/** How an image is written as a cloud-optimised GeoTIFF. Names and values follow GDAL's COG driver. */
export interface CogOptions {
  /** `EPSG:4326`, another code, or a PROJ string. `undefined`: that of the source. */
  readonly targetSrs: string | undefined;
  /** Pixels of a side of a block; a multiple of 16. */
  readonly blockSizePixels: number;
  readonly compression: 'DEFLATE' | 'ZSTD' | 'NONE';
  readonly compressionLevel: number;
  readonly hasPredictor: boolean;
  readonly resampling: 'nearest' | 'bilinear';
  readonly overviewResampling: 'nearest' | 'average';
  /** What pixels without data hold. Default: what the source says. */
  readonly nodata: number | undefined;
  readonly bigTiff: 'IF_NEEDED' | 'YES';
  readonly threadCount: number;
}

/** What was written. */
export interface CogDescription {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly sizeBytes: number;
}

/** A conversion that runs. */
export interface CogRun {
  readonly signal: AbortSignal;
  /** Called now and then, with the share that is done, from 0 to 1. */
  readonly reportProgress: (share: number) => void;
}

/** Something that writes cloud-optimised GeoTIFFs. */
export interface CogEngine {
  readonly name: string;
  /**
   * Reads an image of this machine, and writes it to another file of it.
   *
   * @throws {UnreadableImageError} what in the image it does not understand; no other attempt would.
   */
  convert(sourceFile: string, targetFile: string, options: CogOptions, run: CogRun): Promise<CogDescription>;
}

/** An image is broken, of a kind that the engine does not read, or over a limit. */
export class UnreadableImageError extends Error {
  override readonly name = 'UnreadableImageError';
}
