import type { Box } from '../../../map-kit/box.ts';
import type { CogReader, OpenOptions, PixelTransform, RasterDescription, ReadRange } from './cog-reader.ts';
import { openTiff, readLevelBlock, type TiffImage } from './tiff/tiff-image.ts';

/**
 * Opens a GeoTIFF that is read by ranges. A COG mostly needs one range.
 *
 * @throws {UnreadableImageError} the file is no GeoTIFF, is broken, over a limit, or of a kind that is not read.
 */
export async function openCog(readRange: ReadRange, { signal }: OpenOptions = {}): Promise<CogReader> {
  return readerOf(await openTiff(readRange, signal), readRange);
}

/** Returns the reader of an open image. Its `readBlock` rejects with a `RangeError` for a level that there is not. */
export function readerOf(image: TiffImage, readRange: ReadRange): CogReader {
  return {
    description: describe(image),
    async readBlock(level, column, row, blockSignal) {
      const found = image.levels[level];
      if (!found) throw new RangeError(`There is no level ${level}.`);
      return readLevelBlock(readRange, found, column, row, image.nodata, blockSignal);
    },
  };
}

/**
 * Reads what a GeoTIFF is.
 *
 * @throws {UnreadableImageError} likewise.
 */
export async function describeCog(readRange: ReadRange, options?: OpenOptions): Promise<RasterDescription> {
  return (await openCog(readRange, options)).description;
}

/** The box of an image whose pixels lie as the transform says. */
export function boxOf(transform: PixelTransform, widthPixels: number, heightPixels: number): Box {
  const { a, b, c, d, e, f } = transform;
  const corners = [
    [0, 0],
    [widthPixels, 0],
    [0, heightPixels],
    [widthPixels, heightPixels],
  ] as const;
  const xs = corners.map(([column, row]) => a * column + b * row + c);
  const ys = corners.map(([column, row]) => d * column + e * row + f);
  return { minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

function describe({ geoReference, nodata, levels }: TiffImage): RasterDescription {
  const [main] = levels;
  if (!main) throw new RangeError('An image has a level.');
  const { widthPixels, heightPixels, bandCount, sampleType, hasAlpha } = main.layout;
  return {
    widthPixels,
    heightPixels,
    bandCount,
    sampleType,
    srs: geoReference.srs,
    transform: geoReference.transform,
    box: boxOf(geoReference.transform, widthPixels, heightPixels),
    nodata,
    hasAlpha,
    levels: levels.map(({ layout }) => ({
      widthPixels: layout.widthPixels,
      heightPixels: layout.heightPixels,
      blockWidthPixels: layout.blockWidthPixels,
      blockHeightPixels: layout.blockHeightPixels,
      blocksAcross: layout.blocksAcross,
      blocksDown: layout.blocksDown,
    })),
  };
}
