import type { Samples } from '../../cog/cog-reader.ts';
import type { PixelMap, PixelSize } from './pixel-map.ts';
import type { RasterWindow } from './raster-window.ts';

/** A band of an image as one of red, green, blue and alpha. */
export interface DrawnChannel {
  /** From 0. */
  readonly band: number;
  readonly min: number;
  readonly max: number;
  /** May be `NaN`. */
  readonly nodata: number | undefined;
}

/** The picture that is drawn on: red, green, blue, alpha. What it holds stays on top. */
export interface Canvas extends PixelSize {
  readonly rgba: Buffer;
}

/** One channel is grey, two are grey and alpha. */
const CHANNEL_COUNTS = [1, 2, 3, 4];

/**
 * Draws an image behind what a canvas holds. Each pixel is interpolated between the four of the image around it. Those without data do
 * not count; a pixel with more than half of them remains transparent.
 *
 * @param image the size of the image that the window is a part of.
 */
export function drawWindow(
  canvas: Canvas,
  window: RasterWindow,
  image: PixelSize,
  map: PixelMap,
  channels: readonly DrawnChannel[],
): void {
  if (!CHANNEL_COUNTS.includes(channels.length)) throw new RangeError('a picture has one to four channels');
  const columns = new Float64Array(canvas.widthPixels);
  const rows = new Float64Array(canvas.widthPixels);
  const draw = new PixelSampler(window, channels);
  const { rgba } = canvas;
  for (let y = 0; y < canvas.heightPixels; y += 1) {
    const start = y * canvas.widthPixels * 4;
    map.fillRow(y, columns, rows);
    for (let x = 0; x < columns.length; x += 1) {
      const pixel = start + x * 4;
      if (rgba[pixel + 3] === 255) continue;
      const column = columns[x] ?? Number.NaN;
      const row = rows[x] ?? Number.NaN;
      if (column >= 0 && row >= 0 && column < image.widthPixels && row < image.heightPixels) {
        if (draw.sample(column - 0.5 - window.left, row - 0.5 - window.top)) draw.put(rgba, pixel);
      }
    }
  }
}

/** Interpolates a pixel at a time. */
class PixelSampler {
  readonly #samples: Samples;
  readonly #mask: Uint8Array | undefined;
  readonly #stride: number;
  readonly #bandCount: number;
  readonly #lastColumn: number;
  readonly #lastRow: number;
  readonly #count: number;
  readonly #bands: readonly [number, number, number, number];
  readonly #scales: Float64Array;
  readonly #offsets: Float64Array;
  readonly #nodata: Float64Array;
  readonly #checksData: boolean;
  readonly #value = new Float64Array(4);

  constructor(window: RasterWindow, channels: readonly DrawnChannel[]) {
    this.#samples = window.samples;
    this.#mask = window.mask;
    this.#bandCount = window.bandCount;
    this.#stride = window.widthPixels * window.bandCount;
    this.#lastColumn = window.widthPixels - 1;
    this.#lastRow = window.heightPixels - 1;
    this.#count = channels.length;
    const [first, second, third, fourth] = channels.map(({ band }) => band);
    this.#bands = [first ?? 0, second ?? 0, third ?? 0, fourth ?? 0];
    this.#scales = Float64Array.from(channels, ({ min, max }) => 255 / (max - min || 1));
    this.#offsets = Float64Array.from(channels, ({ min }) => min);
    // A value that no sample is equal to, where there is no nodata.
    this.#nodata = Float64Array.from(channels, ({ nodata }) => nodata ?? Number.NaN);
    const isFloat = window.samples instanceof Float32Array || window.samples instanceof Float64Array;
    this.#checksData =
      isFloat || window.mask !== undefined || channels.some(({ nodata }) => nodata !== undefined);
  }

  /** Interpolates at a place in the window, and returns whether there is data. */
  sample(column: number, row: number): boolean {
    const left = column < 0 ? 0 : Math.min(this.#lastColumn, column | 0);
    const top = row < 0 ? 0 : Math.min(this.#lastRow, row | 0);
    const right = left < this.#lastColumn && column > 0 ? left + 1 : left;
    const bottom = top < this.#lastRow && row > 0 ? top + 1 : top;
    const weightX = right === left ? 0 : column - left;
    const weightY = bottom === top ? 0 : row - top;
    const topLeft = top * this.#stride + left * this.#bandCount;
    const topRight = top * this.#stride + right * this.#bandCount;
    const bottomLeft = bottom * this.#stride + left * this.#bandCount;
    const bottomRight = bottom * this.#stride + right * this.#bandCount;
    let w1 = (1 - weightX) * (1 - weightY);
    let w2 = weightX * (1 - weightY);
    let w3 = (1 - weightX) * weightY;
    let w4 = weightX * weightY;
    if (this.#checksData) {
      if (!this.#hasData(topLeft)) w1 = 0;
      if (!this.#hasData(topRight)) w2 = 0;
      if (!this.#hasData(bottomLeft)) w3 = 0;
      if (!this.#hasData(bottomRight)) w4 = 0;
      const sum = w1 + w2 + w3 + w4;
      if (sum < 0.5) return false;
      if (sum < 1) {
        w1 /= sum;
        w2 /= sum;
        w3 /= sum;
        w4 /= sum;
      }
    }
    const samples = this.#samples;
    const value = this.#value;
    for (let channel = 0; channel < this.#count; channel += 1) {
      const band = this.#bands[channel] ?? 0;
      // A sample without data may be NaN, which no weight takes away.
      const interpolated =
        (w1 > 0 ? w1 * (samples[topLeft + band] ?? 0) : 0) +
        (w2 > 0 ? w2 * (samples[topRight + band] ?? 0) : 0) +
        (w3 > 0 ? w3 * (samples[bottomLeft + band] ?? 0) : 0) +
        (w4 > 0 ? w4 * (samples[bottomRight + band] ?? 0) : 0);
      value[channel] = (interpolated - (this.#offsets[channel] ?? 0)) * (this.#scales[channel] ?? 1);
    }
    return true;
  }

  /** Draws what was sampled last behind a pixel that is not opaque. */
  put(rgba: Buffer, pixel: number): void {
    const isGrey = this.#count < 3;
    const red = toByte(this.#value[0] ?? 0);
    const green = isGrey ? red : toByte(this.#value[1] ?? 0);
    const blue = isGrey ? red : toByte(this.#value[2] ?? 0);
    const hasAlpha = this.#count % 2 === 0;
    const alpha = hasAlpha ? toByte(this.#value[this.#count - 1] ?? 0) : 255;
    if (rgba[pixel + 3] === 0) {
      rgba[pixel] = red;
      rgba[pixel + 1] = green;
      rgba[pixel + 2] = blue;
      rgba[pixel + 3] = alpha;
    } else {
      drawBehind(rgba, pixel, red, green, blue, alpha);
    }
  }

  /** Whether a pixel has data: any of the bands that are drawn. */
  #hasData(index: number): boolean {
    if (this.#mask && this.#mask[index / this.#bandCount] === 0) return false;
    for (let channel = 0; channel < this.#count; channel += 1) {
      const sample = this.#samples[index + (this.#bands[channel] ?? 0)] ?? 0;
      if (sample !== this.#nodata[channel] && !Number.isNaN(sample)) return true;
    }
    return false;
  }
}

/** Draws a colour behind a pixel that is not opaque. */
export function drawBehind(
  rgba: Buffer,
  pixel: number,
  red: number,
  green: number,
  blue: number,
  alpha: number,
): void {
  const front = rgba[pixel + 3] ?? 0;
  const share = (alpha * (255 - front)) / 255;
  const sum = front + share;
  if (sum === 0) return;
  rgba[pixel] = Math.round(((rgba[pixel] ?? 0) * front + red * share) / sum);
  rgba[pixel + 1] = Math.round(((rgba[pixel + 1] ?? 0) * front + green * share) / sum);
  rgba[pixel + 2] = Math.round(((rgba[pixel + 2] ?? 0) * front + blue * share) / sum);
  rgba[pixel + 3] = Math.round(sum);
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
