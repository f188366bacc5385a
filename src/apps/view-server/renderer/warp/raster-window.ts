import type { RasterBlock, Samples, SampleType } from '../../cog/cog-reader.ts';
import type { PixelWindow } from './pixel-map.ts';

/** Decoded pixels of a part of an image, in one piece. */
export interface RasterWindow extends PixelWindow {
  readonly bandCount: number;
  /** Row by row, the bands of a pixel side by side. */
  readonly samples: Samples;
  /** A byte for each pixel, 0 where it has no data. */
  readonly mask: Uint8Array | undefined;
}

const SAMPLES = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<SampleType, unknown>;

/** Bytes of a sample. */
export function bytesOfSample(sampleType: SampleType): number {
  return SAMPLES[sampleType].BYTES_PER_ELEMENT;
}

/** Makes a window whose samples are all zero. */
export function createWindow(
  window: PixelWindow,
  bandCount: number,
  sampleType: SampleType,
  hasMask: boolean,
): RasterWindow {
  const pixels = window.widthPixels * window.heightPixels;
  const samples = new SAMPLES[sampleType](pixels * bandCount);
  const made = { ...window, bandCount, samples, mask: undefined };
  return hasMask ? withMask(made) : made;
}

/** Returns a window that has a mask, with the same samples; without one so far, all pixels have data. */
export function withMask(window: RasterWindow): RasterWindow {
  if (window.mask) return window;
  return { ...window, mask: new Uint8Array(window.widthPixels * window.heightPixels).fill(255) };
}

/** Copies the part of a block that is in a window. @param left of the block in the image, in pixels, as `top`. */
export function copyBlock(window: RasterWindow, block: RasterBlock, left: number, top: number): void {
  const firstColumn = Math.max(window.left, left);
  const endColumn = Math.min(window.left + window.widthPixels, left + block.widthPixels);
  const firstRow = Math.max(window.top, top);
  const endRow = Math.min(window.top + window.heightPixels, top + block.heightPixels);
  const { bandCount } = window;
  for (let row = firstRow; row < endRow; row += 1) {
    const from = (row - top) * block.widthPixels + (firstColumn - left);
    const to = (row - window.top) * window.widthPixels + (firstColumn - window.left);
    const length = endColumn - firstColumn;
    window.samples.set(block.samples.subarray(from * bandCount, (from + length) * bandCount), to * bandCount);
    if (window.mask && block.mask) window.mask.set(block.mask.subarray(from, from + length), to);
  }
}
