import type { RasterBlock, ReadRange } from '../cog-reader.ts';
import { readDirectories } from './directories.ts';
import { FileBytes } from './file-bytes.ts';
import { type GeoReference, readGeoReference } from './geo-reference.ts';
import { type ImageLayout, numbersOf, readLayout, rowsOfBlock } from './image-layout.ts';
import { readImageBlock } from './read-block.ts';
import { TAG } from './tags.ts';

/** An image of a TIFF with its overviews. */
export interface TiffImage {
  readonly geoReference: GeoReference;
  readonly nodata: number | undefined;
  /** The full resolution first, then overviews, each smaller than the one before. */
  readonly levels: readonly TiffLevel[];
}

/** A resolution of an image, and its mask. */
export interface TiffLevel {
  readonly layout: ImageLayout;
  readonly mask: ImageLayout | undefined;
}

/**
 * Opens the first image of a TIFF. Other pages are left out.
 *
 * @throws {UnreadableImageError}
 */
export async function openTiff(readRange: ReadRange, signal?: AbortSignal): Promise<TiffImage> {
  const { isLittleEndian, directories } = await readDirectories(new FileBytes(readRange, signal));
  const [first] = directories;
  if (!first) throw new RangeError('A TIFF has a directory.');
  const main = readLayout(first, isLittleEndian);
  const others = directories.slice(1).flatMap((directory) => {
    const subfile = numbersOf(directory, TAG.newSubfileType)?.[0];
    // Pages that are neither overviews nor masks may be of any kind.
    return subfile ? [readLayout(directory, isLittleEndian)] : [];
  });
  const masks = others.filter(({ isMask }) => isMask);
  const overviews = others
    .filter((layout) => isOverviewOf(layout, main))
    .sort((one, other) => other.widthPixels - one.widthPixels || other.heightPixels - one.heightPixels);
  const nodataText = first.get(TAG.gdalNodata);
  return {
    geoReference: readGeoReference(first),
    nodata: typeof nodataText === 'string' ? readNodata(nodataText) : undefined,
    levels: [main, ...overviews].map((layout) => ({
      layout,
      mask: masks.find(
        ({ widthPixels, heightPixels }) =>
          widthPixels === layout.widthPixels && heightPixels === layout.heightPixels,
      ),
    })),
  };
}

/**
 * Reads and decodes a block of a level, with its mask.
 *
 * @throws {UnreadableImageError} the block is broken.
 * @throws {RangeError} the level has no such block.
 */
export async function readLevelBlock(
  readRange: ReadRange,
  { layout, mask }: TiffLevel,
  column: number,
  row: number,
  nodata: number | undefined,
  signal?: AbortSignal,
): Promise<RasterBlock> {
  const [block, maskBytes] = await Promise.all([
    readImageBlock(readRange, layout, column, row, nodata ?? 0, signal),
    mask && readMask(readRange, mask, layout, column, row, signal),
  ]);
  return { ...block, mask: maskBytes };
}

/** The part of a mask that lies on a block of its image. Mostly it is one block of the mask. */
async function readMask(
  readRange: ReadRange,
  mask: ImageLayout,
  layout: ImageLayout,
  column: number,
  row: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { blockWidthPixels: width } = layout;
  const height = rowsOfBlock(layout, row);
  const left = column * width;
  const top = row * layout.blockHeightPixels;
  const bytes = new Uint8Array(width * height);
  const lastColumn = Math.min(mask.blocksAcross - 1, Math.floor((left + width - 1) / mask.blockWidthPixels));
  const lastRow = Math.min(mask.blocksDown - 1, Math.floor((top + height - 1) / mask.blockHeightPixels));
  for (let down = Math.floor(top / mask.blockHeightPixels); down <= lastRow; down += 1) {
    for (let across = Math.floor(left / mask.blockWidthPixels); across <= lastColumn; across += 1) {
      const block = await readImageBlock(readRange, mask, across, down, 0, signal);
      const blockLeft = across * mask.blockWidthPixels;
      const blockTop = down * mask.blockHeightPixels;
      const fromX = Math.max(left, blockLeft);
      const toX = Math.min(left + width, blockLeft + block.widthPixels);
      const toY = Math.min(top + height, blockTop + block.heightPixels);
      for (let y = Math.max(top, blockTop); y < toY; y += 1) {
        const start = (y - blockTop) * block.widthPixels + fromX - blockLeft;
        bytes.set(block.samples.subarray(start, start + toX - fromX), (y - top) * width + fromX - left);
      }
    }
  }
  return bytes;
}

function isOverviewOf(layout: ImageLayout, main: ImageLayout): boolean {
  return (
    layout.isReduced &&
    !layout.isMask &&
    layout.bandCount === main.bandCount &&
    layout.sampleType === main.sampleType &&
    layout.widthPixels <= main.widthPixels &&
    layout.heightPixels <= main.heightPixels
  );
}

function readNodata(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?nan/i.test(trimmed)) return Number.NaN;
  const nodata = Number.parseFloat(trimmed);
  return Number.isNaN(nodata) ? undefined : nodata;
}
