import type { RasterBlock, ReadRange, Samples } from '../cog-reader.ts';
import { broken } from '../unreadable-image.ts';
import { decodePlane, interleave } from './decode-block.ts';
import { blockRowBytes, type ImageLayout, rowsOfBlock } from './image-layout.ts';
import { makeSamples } from './samples.ts';

/** No codec makes a block larger than its samples by more. */
const SPARE_BYTES = 64 * 1024;

/**
 * Reads and decodes a block of an image. Blocks that were never written hold what is given for them, or 0.
 *
 * @throws {UnreadableImageError}
 */
export async function readImageBlock(
  readRange: ReadRange,
  layout: ImageLayout,
  column: number,
  row: number,
  missing: number,
  signal?: AbortSignal,
): Promise<Omit<RasterBlock, 'mask'>> {
  const { blocksAcross, blocksDown, blockWidthPixels } = layout;
  if (column < 0 || row < 0 || column >= blocksAcross || row >= blocksDown) {
    throw new RangeError(`There is no block ${column}, ${row}.`);
  }
  const rows = rowsOfBlock(layout, row);
  const index = row * blocksAcross + column;
  const planeCount = layout.isPlanar ? layout.bandCount : 1;
  const planes: Samples[] = await Promise.all(
    Array.from({ length: planeCount }, (_, plane) =>
      readPlane(readRange, layout, plane * blocksAcross * blocksDown + index, rows, missing, signal),
    ),
  );
  const [first] = planes;
  return {
    widthPixels: blockWidthPixels,
    heightPixels: rows,
    samples: first && planes.length === 1 ? first : interleave(layout, planes),
  };
}

async function readPlane(
  readRange: ReadRange,
  layout: ImageLayout,
  index: number,
  rows: number,
  missing: number,
  signal: AbortSignal | undefined,
): Promise<Samples> {
  const offset = layout.blockOffsets[index] ?? 0;
  const lengthBytes = layout.blockByteCounts[index] ?? 0;
  if (offset === 0 || lengthBytes === 0) {
    const bands = layout.isPlanar ? 1 : layout.bandCount;
    const samples = makeSamples(layout.sampleType, layout.blockWidthPixels * rows * bands);
    return missing === 0 ? samples : samples.fill(missing);
  }
  const blockBytes = blockRowBytes(layout, layout.blockWidthPixels) * layout.blockHeightPixels;
  if (lengthBytes > 2 * blockBytes + SPARE_BYTES) throw broken(`a block has ${lengthBytes} bytes`);
  const bytes = await readRange(offset, lengthBytes, signal);
  if (bytes.length < lengthBytes) throw broken(`it ends before byte ${offset + lengthBytes}`);
  return decodePlane(layout, bytes, rows);
}
