import { readFile } from 'node:fs/promises';
import type { CogReader, ReadRange } from '../../../../src/apps/view-server/cog/cog-reader.ts';
import { openCog } from '../../../../src/apps/view-server/cog/open-cog.ts';

/** An image with all its samples. */
export interface ReadImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly at: (column: number, row: number, band?: number) => number;
  /** Whether the internal mask, if there is one, has the pixel. */
  readonly hasData: (column: number, row: number) => boolean;
}

/** Reads ranges of bytes that are in memory. */
export function rangesOf(bytes: Buffer): ReadRange {
  return async (start, length) => bytes.subarray(start, start + length);
}

/** Reads all blocks of a level. */
export async function readLevel(cog: CogReader, level = 0): Promise<ReadImage> {
  const { bandCount, levels } = cog.description;
  const found = levels[level];
  if (!found) throw new RangeError(`no level ${level}`);
  const { widthPixels, heightPixels, blockWidthPixels, blockHeightPixels } = found;
  const samples = new Float64Array(widthPixels * heightPixels * bandCount);
  const mask = new Uint8Array(widthPixels * heightPixels).fill(255);
  for (let blockRow = 0; blockRow < found.blocksDown; blockRow += 1) {
    for (let blockColumn = 0; blockColumn < found.blocksAcross; blockColumn += 1) {
      const block = await cog.readBlock(level, blockColumn, blockRow);
      const top = blockRow * blockHeightPixels;
      const left = blockColumn * blockWidthPixels;
      for (let y = 0; y < block.heightPixels && top + y < heightPixels; y += 1) {
        for (let x = 0; x < block.widthPixels && left + x < widthPixels; x += 1) {
          const from = y * block.widthPixels + x;
          const to = (top + y) * widthPixels + left + x;
          mask[to] = block.mask?.[from] ?? 255;
          for (let band = 0; band < bandCount; band += 1) {
            samples[to * bandCount + band] = block.samples[from * bandCount + band] ?? Number.NaN;
          }
        }
      }
    }
  }
  return {
    widthPixels,
    heightPixels,
    bandCount,
    at: (column, row, band = 0) => samples[(row * widthPixels + column) * bandCount + band] ?? Number.NaN,
    hasData: (column, row) => mask[row * widthPixels + column] !== 0,
  };
}

/** Opens a file, and reads a level of it. */
export async function readImageFile(
  path: string,
  level = 0,
): Promise<ReadImage & { readonly cog: CogReader }> {
  const cog = await openCog(rangesOf(await readFile(path)));
  return { ...(await readLevel(cog, level)), cog };
}
