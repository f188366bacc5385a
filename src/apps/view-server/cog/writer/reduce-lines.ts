import type { Samples } from '../cog-reader.ts';

/** Lines of an image. */
export interface Lines {
  readonly samples: Samples;
  readonly widthPixels: number;
  readonly lineCount: number;
  readonly bandCount: number;
}

/** How an overview is made of the level below it. */
export interface Reduction {
  readonly method: 'nearest' | 'average';
  /** Samples that hold it do not count; nor does `NaN`. */
  readonly nodata: number | undefined;
  readonly isFloat: boolean;
}

/**
 * Makes one pixel of each two by two. At the right and lower edge fewer than four may be there.
 *
 * @param at where in the samples of the target the first line begins.
 * @returns how many lines were made.
 */
export function reduceLines(lines: Lines, reduction: Reduction, target: Samples, at: number): number {
  const lineCount = Math.ceil(lines.lineCount / 2);
  const targetSamples = Math.ceil(lines.widthPixels / 2) * lines.bandCount;
  for (let line = 0; line < lineCount; line += 1) {
    const start = at + line * targetSamples;
    if (reduction.method === 'nearest') pickLine(lines, line * 2, target, start);
    else averageLine(lines, line * 2, reduction, target, start);
  }
  return lineCount;
}

function pickLine({ samples, widthPixels, bandCount }: Lines, line: number, target: Samples, start: number) {
  const first = line * widthPixels * bandCount;
  for (let column = 0, at = start; column < widthPixels; column += 2, at += bandCount) {
    for (let band = 0; band < bandCount; band += 1) {
      target[at + band] = samples[first + column * bandCount + band] ?? 0;
    }
  }
}

function averageLine(
  { samples, widthPixels, lineCount, bandCount }: Lines,
  line: number,
  { nodata: nodataOrNone, isFloat }: Reduction,
  target: Samples,
  start: number,
): void {
  const nodata = nodataOrNone ?? Number.NaN;
  const hasNodata = isFloat || nodataOrNone !== undefined;
  const rowSamples = widthPixels * bandCount;
  const upper = line * rowSamples;
  const lower = line + 1 < lineCount ? upper + rowSamples : upper;
  for (let column = 0, at = start; column < widthPixels; column += 2, at += bandCount) {
    const left = column * bandCount;
    const right = column + 1 < widthPixels ? left + bandCount : left;
    for (let band = 0; band < bandCount; band += 1) {
      // Where there are fewer than four, some count twice: the average is the same.
      const one = samples[upper + left + band] ?? 0;
      const two = samples[upper + right + band] ?? 0;
      const three = samples[lower + left + band] ?? 0;
      const four = samples[lower + right + band] ?? 0;
      if (
        hasNodata &&
        (isNodata(one, nodata) || isNodata(two, nodata) || isNodata(three, nodata) || isNodata(four, nodata))
      ) {
        target[at + band] = averageOfSome([one, two, three, four], nodata, isFloat);
      } else {
        const sum = one + two + three + four;
        const average = isFloat ? sum / 4 : Math.floor((sum + 2) / 4);
        // What has data must not look as if it had none.
        target[at + band] = average === nodata ? one : average;
      }
    }
  }
}

function averageOfSome(values: readonly number[], nodata: number, isFloat: boolean): number {
  const known = values.filter((value) => !isNodata(value, nodata));
  if (known.length === 0) return nodata;
  const average = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (isFloat) return average;
  const rounded = Math.floor(average + 0.5);
  return rounded === nodata ? (known[0] ?? rounded) : rounded;
}

function isNodata(value: number, nodata: number): boolean {
  return value === nodata || Number.isNaN(value);
}
