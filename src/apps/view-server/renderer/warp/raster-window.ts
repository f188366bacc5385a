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

/** Memory that is kept for the next window, in bytes. */
const KEPT_BYTES = 16 * 1_024 * 1_024;

/** Memory for the samples of one window at a time: new memory for each would keep the garbage collector busy. */
export class WindowMemory {
  #kept = new ArrayBuffer(0);

  /** Returns memory that may hold something. What was taken before must not be used any more. */
  take(bytes: number): ArrayBuffer {
    if (this.#kept.byteLength >= bytes) return this.#kept;
    const taken = new ArrayBuffer(bytes);
    if (bytes <= KEPT_BYTES) this.#kept = taken;
    return taken;
  }
}

/** Makes a window. @param memory for its samples, which may hold something. Default: new memory, all samples are zero. */
export function createWindow(
  window: PixelWindow,
  bandCount: number,
  sampleType: SampleType,
  hasMask: boolean,
  memory?: WindowMemory,
): RasterWindow {
  const pixels = window.widthPixels * window.heightPixels;
  const count = pixels * bandCount;
  const TypedArray = SAMPLES[sampleType];
  const samples = memory
    ? new TypedArray(memory.take(count * TypedArray.BYTES_PER_ELEMENT), 0, count)
    : new TypedArray(count);
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
