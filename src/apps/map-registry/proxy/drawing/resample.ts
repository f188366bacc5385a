import { LongWork } from '../../../../map-kit/long-work.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { PixelPositions } from './pixel-positions.ts';

/** A part of a pixel by which positions may be off. */
const TOLERANCE = 1e-3;

/** The two pixels that a position lies between; -1: it is not in the picture. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Of the second, from 0 to 1. */
  readonly weights: Float64Array;
}

/** Draws a picture anew, with pixels interpolated at positions. Pixels that are nowhere in the picture are transparent. */
export async function resample(
  picture: RgbaPicture,
  { columns, rows }: PixelPositions,
): Promise<RgbaPicture> {
  const widthPixels = columns.length;
  const heightPixels = rows.length;
  const across = neighboursOf(columns, picture.widthPixels);
  const down = neighboursOf(rows, picture.heightPixels);
  const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
  const work = new LongWork();
  for (let row = 0; row < heightPixels; row += 1) {
    if ((down.first[row] ?? -1) < 0) continue;
    await work.pause();
    drawRow(rgba, row, picture, across, down);
  }
  return { rgba, widthPixels, heightPixels };
}

function neighboursOf(positions: Float64Array, pixels: number): Neighbours {
  const first = new Int32Array(positions.length).fill(-1);
  const second = new Int32Array(positions.length);
  const weights = new Float64Array(positions.length);
  for (const [index, position] of positions.entries()) {
    if (!(position >= -TOLERANCE && position <= pixels + TOLERANCE)) continue;
    const middle = Math.min(pixels - 1, Math.max(0, position - 0.5));
    const before = Math.floor(middle + TOLERANCE);
    first[index] = before;
    const weight = middle - before;
    if (weight > TOLERANCE) weights[index] = weight;
    second[index] = weight > TOLERANCE ? Math.min(pixels - 1, before + 1) : before;
  }
  return { first, second, weights };
}

function drawRow(
  rgba: Buffer,
  row: number,
  { rgba: source, widthPixels: stride }: RgbaPicture,
  across: Neighbours,
  down: Neighbours,
): void {
  const width = across.first.length;
  const upper = (down.first[row] ?? 0) * stride;
  const lower = (down.second[row] ?? 0) * stride;
  const weightY = down.weights[row] ?? 0;
  for (let column = 0, to = row * width * 4; column < width; column += 1, to += 4) {
    const left = across.first[column] ?? -1;
    if (left < 0) continue;
    const right = across.second[column] ?? left;
    const weightX = across.weights[column] ?? 0;
    const first = (upper + left) * 4;
    if (weightX === 0 && weightY === 0) {
      rgba.writeUInt32LE(source.readUInt32LE(first), to);
      continue;
    }
    const second = (upper + right) * 4;
    const third = (lower + left) * 4;
    const fourth = (lower + right) * 4;
    // Transparent pixels have no colour that could count.
    const w1 = (1 - weightX) * (1 - weightY) * (source[first + 3] ?? 0);
    const w2 = weightX * (1 - weightY) * (source[second + 3] ?? 0);
    const w3 = (1 - weightX) * weightY * (source[third + 3] ?? 0);
    const w4 = weightX * weightY * (source[fourth + 3] ?? 0);
    const alpha = w1 + w2 + w3 + w4;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel += 1) {
      const sum =
        w1 * (source[first + channel] ?? 0) +
        w2 * (source[second + channel] ?? 0) +
        w3 * (source[third + channel] ?? 0) +
        w4 * (source[fourth + channel] ?? 0);
      rgba[to + channel] = sum / alpha + 0.5;
    }
    rgba[to + 3] = alpha + 0.5;
  }
}
