import type { Samples } from '../../cog/cog-reader.ts';
import { Neighbours } from './neighbours.ts';
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
 * @throws {RangeError} if there are not one to four channels.
 */
export function drawWindow(
  canvas: Canvas,
  window: RasterWindow,
  image: PixelSize,
  map: PixelMap,
  channels: readonly DrawnChannel[],
): void {
  if (!CHANNEL_COUNTS.includes(channels.length)) throw new RangeError('a picture has one to four channels');
  const { widthPixels, heightPixels } = canvas;
  const across = new Neighbours(widthPixels, {
    windowStart: window.left,
    windowPixels: window.widthPixels,
    imagePixels: image.widthPixels,
    step: window.bandCount,
  });
  const down = new Neighbours(map.axes ? heightPixels : widthPixels, {
    windowStart: window.top,
    windowPixels: window.heightPixels,
    imagePixels: image.heightPixels,
    step: window.widthPixels * window.bandCount,
  });
  const source = sourceOf(window, channels);
  if (map.axes) {
    across.find(map.axes.columns);
    down.find(map.axes.rows);
    for (let y = 0; y < heightPixels; y += 1) drawRow(canvas, y, source, across, down, y, 0);
    return;
  }
  const columns = new Float64Array(widthPixels);
  const rows = new Float64Array(widthPixels);
  for (let y = 0; y < heightPixels; y += 1) {
    map.fillRow(y, columns, rows);
    across.find(columns);
    down.find(rows);
    drawRow(canvas, y, source, across, down, 0, 1);
  }
}

/** What pixels are interpolated from. */
interface Source {
  readonly samples: Samples;
  readonly mask: Uint8Array | undefined;
  readonly bandCount: number;
  readonly channelCount: number;
  /** Of each channel, as the arrays below. */
  readonly bands: readonly [number, number, number, number];
  readonly scales: Float64Array;
  readonly offsets: Float64Array;
  /** `NaN`, which no sample is equal to, where there is no nodata. */
  readonly nodata: Float64Array;
  /** Whether there may be samples without data. */
  readonly checksData: boolean;
}

function sourceOf({ samples, mask, bandCount }: RasterWindow, channels: readonly DrawnChannel[]): Source {
  const [first, second, third, fourth] = channels.map(({ band }) => band);
  const isFloat = samples instanceof Float32Array || samples instanceof Float64Array;
  return {
    samples,
    mask,
    bandCount,
    channelCount: channels.length,
    bands: [first ?? 0, second ?? 0, third ?? 0, fourth ?? 0],
    scales: ofChannels(channels, ({ min, max }) => 255 / (max - min || 1)),
    offsets: ofChannels(channels, ({ min }) => min),
    nodata: ofChannels(channels, ({ nodata }) => nodata ?? Number.NaN),
    checksData: isFloat || mask !== undefined || channels.some(({ nodata }) => nodata !== undefined),
  };
}

function ofChannels(
  channels: readonly DrawnChannel[],
  pick: (channel: DrawnChannel) => number,
): Float64Array {
  const values = new Float64Array(CHANNEL_COUNTS.length);
  for (const [index, channel] of channels.entries()) values[index] = pick(channel);
  return values;
}

/** Interpolates and draws the pixels of a row. @param firstDown where the row is in `down`, and by how much that grows with each pixel. */
function drawRow(
  { widthPixels, rgba }: Canvas,
  y: number,
  source: Source,
  across: Neighbours,
  down: Neighbours,
  firstDown: number,
  stepDown: number,
): void {
  const { samples, channelCount, checksData, scales, offsets } = source;
  const [band0, band1, band2] = source.bands;
  const bandOfAlpha = channelCount === 2 ? band1 : source.bands[3];
  const isColoured = channelCount >= 3;
  const hasAlpha = channelCount % 2 === 0;
  const scale0 = scales[0] ?? 1;
  const scale1 = scales[1] ?? 1;
  const scale2 = scales[2] ?? 1;
  const scaleOfAlpha = scales[channelCount - 1] ?? 1;
  const offset0 = offsets[0] ?? 0;
  const offset1 = offsets[1] ?? 0;
  const offset2 = offsets[2] ?? 0;
  const offsetOfAlpha = offsets[channelCount - 1] ?? 0;
  for (let x = 0, pixel = y * widthPixels * 4; x < widthPixels; x += 1, pixel += 4) {
    if (rgba[pixel + 3] === 255) continue;
    const vertical = firstDown + x * stepDown;
    const left = across.first[x] ?? -1;
    const top = down.first[vertical] ?? -1;
    if (left < 0 || top < 0) continue;
    const right = across.second[x] ?? 0;
    const bottom = down.second[vertical] ?? 0;
    const weightX = across.weights[x] ?? 0;
    const weightY = down.weights[vertical] ?? 0;
    const topLeft = top + left;
    const topRight = top + right;
    const bottomLeft = bottom + left;
    const bottomRight = bottom + right;
    let w1 = (1 - weightX) * (1 - weightY);
    let w2 = weightX * (1 - weightY);
    let w3 = (1 - weightX) * weightY;
    let w4 = weightX * weightY;
    if (checksData) {
      if (!hasData(source, topLeft)) w1 = 0;
      if (!hasData(source, topRight)) w2 = 0;
      if (!hasData(source, bottomLeft)) w3 = 0;
      if (!hasData(source, bottomRight)) w4 = 0;
      const sum = w1 + w2 + w3 + w4;
      if (sum < 0.5) continue;
      if (sum < 1) {
        w1 /= sum;
        w2 /= sum;
        w3 /= sum;
        w4 /= sum;
      }
    }
    // A sample without data may be NaN, which no weight takes away.
    const red = toByte(
      ((w1 > 0 ? w1 * (samples[topLeft + band0] ?? 0) : 0) +
        (w2 > 0 ? w2 * (samples[topRight + band0] ?? 0) : 0) +
        (w3 > 0 ? w3 * (samples[bottomLeft + band0] ?? 0) : 0) +
        (w4 > 0 ? w4 * (samples[bottomRight + band0] ?? 0) : 0) -
        offset0) *
        scale0,
    );
    let green = red;
    let blue = red;
    let alpha = 255;
    if (isColoured) {
      green = toByte(
        ((w1 > 0 ? w1 * (samples[topLeft + band1] ?? 0) : 0) +
          (w2 > 0 ? w2 * (samples[topRight + band1] ?? 0) : 0) +
          (w3 > 0 ? w3 * (samples[bottomLeft + band1] ?? 0) : 0) +
          (w4 > 0 ? w4 * (samples[bottomRight + band1] ?? 0) : 0) -
          offset1) *
          scale1,
      );
      blue = toByte(
        ((w1 > 0 ? w1 * (samples[topLeft + band2] ?? 0) : 0) +
          (w2 > 0 ? w2 * (samples[topRight + band2] ?? 0) : 0) +
          (w3 > 0 ? w3 * (samples[bottomLeft + band2] ?? 0) : 0) +
          (w4 > 0 ? w4 * (samples[bottomRight + band2] ?? 0) : 0) -
          offset2) *
          scale2,
      );
    }
    if (hasAlpha) {
      alpha = toByte(
        ((w1 > 0 ? w1 * (samples[topLeft + bandOfAlpha] ?? 0) : 0) +
          (w2 > 0 ? w2 * (samples[topRight + bandOfAlpha] ?? 0) : 0) +
          (w3 > 0 ? w3 * (samples[bottomLeft + bandOfAlpha] ?? 0) : 0) +
          (w4 > 0 ? w4 * (samples[bottomRight + bandOfAlpha] ?? 0) : 0) -
          offsetOfAlpha) *
          scaleOfAlpha,
      );
    }
    if (rgba[pixel + 3] === 0) {
      rgba[pixel] = red;
      rgba[pixel + 1] = green;
      rgba[pixel + 2] = blue;
      rgba[pixel + 3] = alpha;
    } else {
      drawBehind(rgba, pixel, red, green, blue, alpha);
    }
  }
}

/** Whether a pixel has data: any of the bands that are drawn. */
function hasData({ samples, mask, bandCount, bands, nodata, channelCount }: Source, index: number): boolean {
  if (mask && mask[index / bandCount] === 0) return false;
  for (let channel = 0; channel < channelCount; channel += 1) {
    const sample = samples[index + (bands[channel] ?? 0)] ?? 0;
    if (sample !== nodata[channel] && !Number.isNaN(sample)) return true;
  }
  return false;
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
