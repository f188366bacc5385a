import type { RasterDescription, Samples } from '../cog-reader.ts';
import { rangeOf } from '../tiff/samples.ts';
import type { CoordinateGrid } from './coordinate-grid.ts';
import type { SourceWindow } from './source-window.ts';

/** How samples of the target come from those of the source. */
export interface Sampling {
  readonly method: 'nearest' | 'bilinear';
  /** Target pixels for a source pixel. Where there are fewer than 0.95, more of the source goes into each. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** What samples of the source without data hold; `undefined` if all have data. `NaN` never has. */
  readonly sourceNodata: number | undefined;
  readonly targetNodata: number | undefined;
  /** Whether a sample with data becomes another one if it happens to be that of the target without data. */
  readonly avoidsNodata: boolean;
}

/** Where the target is only this much coarser, its pixels are made of four, as those of gdalwarp. */
const FOUR_PIXELS_SCALE = 0.95;

/** Source pixels to one side that go into a pixel at most. */
const MAXIMUM_RADIUS = 16;

const LEAST_WEIGHT = 0.00001;

/** Against places that are a rounding error before the pixel they mean. */
const ROUNDING_PIXELS = 1e-10;

/** Makes lines of the target out of the source, as gdalwarp does. */
export class Resampler {
  readonly #window: SourceWindow;
  readonly #sampling: Sampling;
  readonly #width: number;
  readonly #height: number;
  readonly #bandCount: number;
  readonly #isFloat: boolean;
  /** `undefined` becomes NaN, which no sample equals. */
  readonly #sourceNodata: number;
  readonly #targetNodata: number;
  readonly #nodataNeighbour: number;
  readonly #isWide: boolean;
  readonly #weightsX: Float64Array;
  readonly #weightsY: Float64Array;
  readonly #radiusX: number;
  readonly #radiusY: number;
  #xs = new Float64Array(0);
  #ys = new Float64Array(0);

  constructor(window: SourceWindow, source: RasterDescription, sampling: Sampling) {
    this.#window = window;
    this.#sampling = sampling;
    this.#width = source.widthPixels;
    this.#height = source.heightPixels;
    this.#bandCount = source.bandCount;
    this.#isFloat = source.sampleType.startsWith('float');
    this.#sourceNodata = sampling.sourceNodata ?? Number.NaN;
    this.#targetNodata = sampling.avoidsNodata ? (sampling.targetNodata ?? Number.NaN) : Number.NaN;
    this.#nodataNeighbour = neighbourOf(this.#targetNodata, source);
    this.#radiusX = radiusOf(sampling.scaleX);
    this.#radiusY = radiusOf(sampling.scaleY);
    this.#weightsX = new Float64Array(2 * this.#radiusX);
    this.#weightsY = new Float64Array(2 * this.#radiusY);
    this.#isWide = Math.min(sampling.scaleX, sampling.scaleY) < FOUR_PIXELS_SCALE;
  }

  /** How many source pixels around a place go into a pixel. */
  get reachPixels(): number {
    return Math.max(this.#radiusX, this.#radiusY) + 1;
  }

  /**
   * Makes a line of a part of the target. What has no data is left as it is.
   *
   * @param line of the part, from its top.
   * @param at where in the samples of the target the line begins.
   */
  warpLine(grid: CoordinateGrid, line: number, target: Samples, at: number): void {
    this.#placeLine(grid, line);
    if (this.#sampling.method === 'nearest') this.#nearestLine(grid.part.width, target, at);
    else if (this.#isWide) this.#wideLine(grid.part.width, target, at);
    else this.#fourLine(grid.part.width, target, at);
  }

  /** Copies a line of the source that is the same in the target. */
  copyLine(line: number, target: Samples, at: number): void {
    const { samples, mask, left, top, widthPixels } = this.#window;
    const bandCount = this.#bandCount;
    const first = (line - top) * widthPixels - left;
    if (!mask && this.#sampling.sourceNodata === this.#sampling.targetNodata && !this.#isFloat) {
      target.set(samples.subarray(first * bandCount, (first + this.#width) * bandCount), at);
      return;
    }
    for (let column = 0; column < this.#width; column += 1) {
      this.#copyPixel(samples, mask, first + column, target, at + column * bandCount);
    }
  }

  /** Where the pixels of a line lie in the source: between the crossings of the grid. */
  #placeLine({ part, stepPixels, nodesAcross, xs, ys }: CoordinateGrid, line: number): void {
    if (this.#xs.length < part.width) {
      this.#xs = new Float64Array(part.width);
      this.#ys = new Float64Array(part.width);
    }
    const cellRow = Math.floor(line / stepPixels);
    const down = (line + 0.5) / stepPixels - cellRow;
    const lineXs = this.#xs;
    const lineYs = this.#ys;
    for (let cell = 0, column = 0; column < part.width; cell += 1) {
      const upper = cellRow * nodesAcross + cell;
      const lower = upper + nodesAcross;
      const leftX = (xs[upper] ?? 0) * (1 - down) + (xs[lower] ?? 0) * down;
      const leftY = (ys[upper] ?? 0) * (1 - down) + (ys[lower] ?? 0) * down;
      const stepX = ((xs[upper + 1] ?? 0) * (1 - down) + (xs[lower + 1] ?? 0) * down - leftX) / stepPixels;
      const stepY = ((ys[upper + 1] ?? 0) * (1 - down) + (ys[lower + 1] ?? 0) * down - leftY) / stepPixels;
      const end = Math.min(column + stepPixels, part.width);
      for (let across = 0.5; column < end; column += 1, across += 1) {
        lineXs[column] = leftX + across * stepX;
        lineYs[column] = leftY + across * stepY;
      }
    }
  }

  #nearestLine(width: number, target: Samples, start: number): void {
    const { samples, mask, left, top, widthPixels } = this.#window;
    for (let column = 0, at = start; column < width; column += 1, at += this.#bandCount) {
      const x = this.#xs[column] ?? 0;
      const y = this.#ys[column] ?? 0;
      if (!(x >= 0 && y >= 0 && x < this.#width && y < this.#height)) continue;
      const sourceColumn = Math.min(Math.floor(x + ROUNDING_PIXELS), this.#width - 1);
      const sourceRow = Math.min(Math.floor(y + ROUNDING_PIXELS), this.#height - 1);
      this.#copyPixel(samples, mask, (sourceRow - top) * widthPixels + sourceColumn - left, target, at);
    }
  }

  #copyPixel(
    samples: Samples,
    mask: Uint8Array | undefined,
    pixel: number,
    target: Samples,
    at: number,
  ): void {
    if (mask && mask[pixel] === 0) return;
    const from = pixel * this.#bandCount;
    for (let band = 0; band < this.#bandCount; band += 1) {
      const value = samples[from + band] ?? 0;
      if (this.#hasData(value)) target[at + band] = this.#avoiding(value);
    }
  }

  /** For targets about as fine as the source, or finer. */
  #fourLine(width: number, target: Samples, start: number): void {
    const { samples, mask, left, top, widthPixels } = this.#window;
    const bandCount = this.#bandCount;
    const rounding = this.#isFloat ? 0 : 0.5;
    for (let column = 0, at = start; column < width; column += 1, at += bandCount) {
      const x = this.#xs[column] ?? 0;
      const y = this.#ys[column] ?? 0;
      if (!(x >= 0 && y >= 0 && x < this.#width && y < this.#height)) continue;
      if (!this.#nearestHasData(samples, mask, x, y)) continue;
      const firstColumn = Math.floor(x - 0.5);
      const firstRow = Math.floor(y - 0.5);
      const right = x - 0.5 - firstColumn;
      const down = y - 0.5 - firstRow;
      const isInside =
        firstColumn >= 0 && firstRow >= 0 && firstColumn + 1 < this.#width && firstRow + 1 < this.#height;
      if (mask || !isInside) {
        this.#weigh(x, y);
        this.#sumPixel(samples, mask, firstColumn, firstRow, target, at);
        continue;
      }
      const upper = ((firstRow - top) * widthPixels + firstColumn - left) * bandCount;
      const lower = upper + widthPixels * bandCount;
      for (let band = 0; band < bandCount; band += 1) {
        const one = samples[upper + band] ?? 0;
        const two = samples[upper + bandCount + band] ?? 0;
        const three = samples[lower + band] ?? 0;
        const four = samples[lower + bandCount + band] ?? 0;
        if (this.#hasData(one) && this.#hasData(two) && this.#hasData(three) && this.#hasData(four)) {
          const value =
            (one * (1 - right) + two * right) * (1 - down) + (three * (1 - right) + four * right) * down;
          target[at + band] = this.#avoiding(rounding === 0 ? value : Math.floor(value + rounding));
        } else {
          this.#weigh(x, y);
          this.#sumBand(samples, mask, firstColumn, firstRow, band, target, at);
        }
      }
    }
  }

  /** For targets coarser than the source. */
  #wideLine(width: number, target: Samples, start: number): void {
    const { samples, mask } = this.#window;
    for (let column = 0, at = start; column < width; column += 1, at += this.#bandCount) {
      const x = this.#xs[column] ?? 0;
      const y = this.#ys[column] ?? 0;
      if (!(x >= 0 && y >= 0 && x < this.#width && y < this.#height)) continue;
      if (!this.#nearestHasData(samples, mask, x, y)) continue;
      this.#weigh(x, y);
      this.#sumPixel(samples, mask, Math.floor(x - 0.5), Math.floor(y - 0.5), target, at);
    }
  }

  /** A pixel has data if the one that it lies on has, in any of its bands. */
  #nearestHasData(samples: Samples, mask: Uint8Array | undefined, x: number, y: number): boolean {
    const { left, top, widthPixels } = this.#window;
    const pixel = (Math.floor(y) - top) * widthPixels + Math.floor(x) - left;
    if (mask && mask[pixel] === 0) return false;
    const from = pixel * this.#bandCount;
    for (let band = 0; band < this.#bandCount; band += 1) {
      if (this.#hasData(samples[from + band] ?? 0)) return true;
    }
    return false;
  }

  /** A triangle around the place, as wide as a pixel of the target if that is the coarser one. */
  #weigh(x: number, y: number): void {
    weighAxis(this.#weightsX, x - 0.5, this.#radiusX, Math.min(1, this.#sampling.scaleX));
    weighAxis(this.#weightsY, y - 0.5, this.#radiusY, Math.min(1, this.#sampling.scaleY));
  }

  #sumPixel(
    samples: Samples,
    mask: Uint8Array | undefined,
    column: number,
    row: number,
    target: Samples,
    at: number,
  ): void {
    for (let band = 0; band < this.#bandCount; band += 1) {
      this.#sumBand(samples, mask, column, row, band, target, at);
    }
  }

  #sumBand(
    samples: Samples,
    mask: Uint8Array | undefined,
    column: number,
    row: number,
    band: number,
    target: Samples,
    at: number,
  ): void {
    const { left, top, widthPixels } = this.#window;
    const bandCount = this.#bandCount;
    const firstColumn = column - this.#radiusX + 1;
    const firstRow = row - this.#radiusY + 1;
    const fromX = Math.max(0, -firstColumn);
    const toX = Math.min(2 * this.#radiusX, this.#width - firstColumn);
    const fromY = Math.max(0, -firstRow);
    const toY = Math.min(2 * this.#radiusY, this.#height - firstRow);
    let sum = 0;
    let weights = 0;
    for (let y = fromY; y < toY; y += 1) {
      const weightY = this.#weightsY[y] ?? 0;
      if (weightY === 0) continue;
      let pixel = (firstRow + y - top) * widthPixels + firstColumn + fromX - left;
      let rowSum = 0;
      let rowWeights = 0;
      for (let x = fromX; x < toX; x += 1, pixel += 1) {
        const value = samples[pixel * bandCount + band] ?? 0;
        if (!this.#hasData(value) || (mask && mask[pixel] === 0)) continue;
        const weight = this.#weightsX[x] ?? 0;
        rowSum += value * weight;
        rowWeights += weight;
      }
      sum += rowSum * weightY;
      weights += rowWeights * weightY;
    }
    if (weights < LEAST_WEIGHT) return;
    const value = sum / weights;
    target[at + band] = this.#avoiding(this.#isFloat ? value : Math.floor(value + 0.5));
  }

  #hasData(value: number): boolean {
    // NaN is no data in every image.
    return value !== this.#sourceNodata && !Number.isNaN(value);
  }

  #avoiding(value: number): number {
    return value === this.#targetNodata ? this.#nodataNeighbour : value;
  }
}

function weighAxis(weights: Float64Array, place: number, radius: number, scale: number): void {
  const first = Math.floor(place) - radius + 1;
  for (let index = 0; index < 2 * radius; index += 1) {
    weights[index] = Math.max(0, 1 - Math.abs(first + index - place) * scale);
  }
}

function radiusOf(scale: number): number {
  return scale < FOUR_PIXELS_SCALE ? Math.min(MAXIMUM_RADIUS, Math.ceil(1 / scale)) : 1;
}

/** The value next to the one that means that there is no data. */
function neighbourOf(nodata: number, { sampleType }: RasterDescription): number {
  const range = rangeOf(sampleType);
  if (range) return nodata === range[0] ? nodata + 1 : nodata - 1;
  return nodata === 0 ? 1e-30 : nodata * (1 - 2 ** -22);
}
