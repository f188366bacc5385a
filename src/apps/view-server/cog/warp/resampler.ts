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
  readonly #weightsX: AxisWeights;
  readonly #weightsY: AxisWeights;
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
    this.#weightsX = new AxisWeights(sampling.scaleX);
    this.#weightsY = new AxisWeights(sampling.scaleY);
    this.#isWide = Math.min(sampling.scaleX, sampling.scaleY) < FOUR_PIXELS_SCALE;
  }

  /** How many source pixels around a place go into a pixel. */
  get reachPixels(): number {
    return Math.max(this.#weightsX.radius, this.#weightsY.radius) + 1;
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
      const place = ((Math.floor(y) - top) * widthPixels + Math.floor(x) - left) * bandCount;
      if (!this.#hasAnyData(samples, mask, place)) continue;
      const firstColumn = Math.floor(x - 0.5);
      const firstRow = Math.floor(y - 0.5);
      const right = x - 0.5 - firstColumn;
      const down = y - 0.5 - firstRow;
      const isInside =
        firstColumn >= 0 && firstRow >= 0 && firstColumn + 1 < this.#width && firstRow + 1 < this.#height;
      if (mask || !isInside) {
        this.#weigh(column);
        for (let band = 0; band < bandCount; band += 1) this.#sumBand(samples, mask, band, target, at);
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
          this.#weigh(column);
          this.#sumBand(samples, mask, band, target, at);
        }
      }
    }
  }

  /** For targets coarser than the source. */
  #wideLine(width: number, target: Samples, start: number): void {
    const { samples, mask, left, top, widthPixels } = this.#window;
    const bandCount = this.#bandCount;
    const rowSamples = widthPixels * bandCount;
    const isFloat = this.#isFloat;
    const weightsX = this.#weightsX;
    const weightsY = this.#weightsY;
    const nodata = Float64Array.of(this.#sourceNodata);
    const sums = new Float64Array(bandCount);
    for (let column = 0, at = start; column < width; column += 1, at += bandCount) {
      const x = this.#xs[column] ?? 0;
      const y = this.#ys[column] ?? 0;
      if (!(x >= 0 && y >= 0 && x < this.#width && y < this.#height)) continue;
      const place = ((Math.floor(y) - top) * widthPixels + Math.floor(x) - left) * bandCount;
      if (!this.#hasAnyData(samples, mask, place)) continue;
      this.#weigh(column);
      const isInside =
        weightsX.first >= 0 &&
        weightsY.first >= 0 &&
        weightsX.first + weightsX.count <= this.#width &&
        weightsY.first + weightsY.count <= this.#height;
      const first = (weightsY.first - top) * rowSamples + (weightsX.first - left) * bandCount;
      if (isInside && !mask && sumAll(samples, first, rowSamples, weightsX, weightsY, nodata, sums)) {
        for (let band = 0; band < bandCount; band += 1) {
          const value = sums[band] ?? 0;
          target[at + band] = this.#avoiding(isFloat ? value : Math.floor(value + 0.5));
        }
      } else {
        for (let band = 0; band < bandCount; band += 1) this.#sumBand(samples, mask, band, target, at);
      }
    }
  }

  /** A pixel has data if the one that it lies on has, in any of its bands. */
  #hasAnyData(samples: Samples, mask: Uint8Array | undefined, at: number): boolean {
    if (mask && mask[at / this.#bandCount] === 0) return false;
    for (let band = 0; band < this.#bandCount; band += 1) {
      if (this.#hasData(samples[at + band] ?? 0)) return true;
    }
    return false;
  }

  /** A triangle around the place, as wide as a pixel of the target if that is the coarser one. */
  #weigh(column: number): void {
    this.#weightsX.placeAt(this.#xs, column);
    this.#weightsY.placeAt(this.#ys, column);
  }

  /** Only samples that are there and have data. */
  #sumBand(samples: Samples, mask: Uint8Array | undefined, band: number, target: Samples, at: number): void {
    const { left, top, widthPixels } = this.#window;
    const [weightsX, weightsY] = [this.#weightsX, this.#weightsY];
    let sum = 0;
    let weights = 0;
    for (let down = 0; down < weightsY.count; down += 1) {
      const row = weightsY.first + down;
      if (row < 0 || row >= this.#height) continue;
      for (let across = 0; across < weightsX.count; across += 1) {
        const column = weightsX.first + across;
        if (column < 0 || column >= this.#width) continue;
        const pixel = (row - top) * widthPixels + column - left;
        const value = samples[pixel * this.#bandCount + band] ?? 0;
        if (!this.#hasData(value) || (mask && mask[pixel] === 0)) continue;
        const weight = (weightsX.values[across] ?? 0) * (weightsY.values[down] ?? 0);
        sum += value * weight;
        weights += weight;
      }
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

/**
 * Sums the samples of each band by their weights, which add up to 1. Returns whether all have data.
 *
 * Neither it nor what it calls takes or returns fractions: for these, the engine of JavaScript allocates memory.
 */
function sumAll(
  samples: Samples,
  first: number,
  rowSamples: number,
  weightsX: AxisWeights,
  weightsY: AxisWeights,
  nodata: Float64Array,
  sums: Float64Array,
): boolean {
  const { count: countX, values: valuesX } = weightsX;
  const { count: countY, values: valuesY } = weightsY;
  const without = nodata[0] ?? 0;
  const bandCount = sums.length;
  for (let band = 0; band < bandCount; band += 1) {
    let sum = 0;
    for (let down = 0, start = first + band; down < countY; down += 1, start += rowSamples) {
      let rowSum = 0;
      for (let across = 0, at = start; across < countX; across += 1, at += bandCount) {
        const value = samples[at] ?? 0;
        if (value === without) return false;
        rowSum += value * (valuesX[across] ?? 0);
      }
      sum += rowSum * (valuesY[down] ?? 0);
    }
    if (Number.isNaN(sum)) return false;
    sums[band] = sum;
  }
  return true;
}

/** How much samples around a place count, along one axis. */
class AxisWeights {
  readonly radius: number;
  readonly #scale: number;
  readonly values: Float64Array;
  /** The first column or row that counts, and how many do. */
  first = 0;
  count = 0;

  /** @param scale target pixels for a source pixel. */
  constructor(scale: number) {
    this.radius = scale < FOUR_PIXELS_SCALE ? Math.min(MAXIMUM_RADIUS, Math.ceil(1 / scale)) : 1;
    this.#scale = Math.min(1, scale);
    this.values = new Float64Array(2 * this.radius);
  }

  /** Weighs what is around one of some places of the source. The weights add up to 1. */
  placeAt(places: Float64Array, index: number): void {
    const place = (places[index] ?? 0) - 0.5;
    const nearest = Math.floor(place);
    const first = Math.max(Math.ceil(place - 1 / this.#scale), nearest - this.radius + 1);
    const last = Math.min(Math.floor(place + 1 / this.#scale), nearest + this.radius);
    const count = last - first + 1;
    let sum = 0;
    for (let at = 0; at < count; at += 1) {
      const weight = 1 - Math.abs(first + at - place) * this.#scale;
      this.values[at] = weight;
      sum += weight;
    }
    for (let at = 0; at < count; at += 1) this.values[at] = (this.values[at] ?? 0) / sum;
    this.first = first;
    this.count = count;
  }
}

/** The value next to the one that means that there is no data. */
function neighbourOf(nodata: number, { sampleType }: RasterDescription): number {
  const range = rangeOf(sampleType);
  if (range) return nodata === range[0] ? nodata + 1 : nodata - 1;
  return nodata === 0 ? 1e-30 : nodata * (1 - 2 ** -22);
}
