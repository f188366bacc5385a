/** An axis of a window, and of the image that the window is a part of. */
export interface WindowAxis {
  /** Where the window begins in the image. */
  readonly windowStart: number;
  readonly windowPixels: number;
  readonly imagePixels: number;
  /** Samples from a pixel of the window to the next one of this axis. */
  readonly step: number;
}

/** The two pixels of a window that each of some positions lies between, along one axis. */
export class Neighbours {
  /** Where the samples of the one before are, from the start of the axis; -1: the position is not in the image. */
  readonly first: Int32Array;
  /** Where those of the one behind are; the same at the edge of the image. */
  readonly second: Int32Array;
  /** The weight of the one behind, from 0 to 1. */
  readonly weights: Float64Array;
  readonly #axis: WindowAxis;

  constructor(count: number, axis: WindowAxis) {
    this.first = new Int32Array(count);
    this.second = new Int32Array(count);
    this.weights = new Float64Array(count);
    this.#axis = axis;
  }

  /** Finds the neighbours of positions in the image. `NaN`: nowhere. */
  find(positions: Float64Array): void {
    const { windowStart, windowPixels, imagePixels, step } = this.#axis;
    const last = windowPixels - 1;
    for (let index = 0; index < this.first.length; index += 1) {
      const position = positions[index] ?? Number.NaN;
      if (!(position >= 0 && position < imagePixels)) {
        this.first[index] = -1;
        continue;
      }
      const place = position - 0.5 - windowStart;
      const before = place < 0 ? 0 : Math.min(last, place | 0);
      const behind = before < last && place > 0 ? before + 1 : before;
      this.first[index] = before * step;
      this.second[index] = behind * step;
      this.weights[index] = behind === before ? 0 : place - before;
    }
  }
}
