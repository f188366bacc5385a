import { describe, expect, it } from '@jest/globals';
import {
  type DrawnChannel,
  drawWindow,
} from '../../../../../src/apps/view-server/renderer/warp/draw-window.ts';
import { axisPixelMap, type PixelMap } from '../../../../../src/apps/view-server/renderer/warp/pixel-map.ts';
import type { RasterWindow } from '../../../../../src/apps/view-server/renderer/warp/raster-window.ts';

const GREY: DrawnChannel = { band: 0, min: 0, max: 255, nodata: undefined };

/** Draws an image of one row, each sample a pixel, on a canvas that shows it this much larger. */
function drawRow(
  samples: RasterWindow['samples'],
  {
    channels = [GREY],
    scale = 1,
    width = samples.length,
    mask,
    bandCount = 1,
    rgba,
  }: {
    channels?: readonly DrawnChannel[];
    scale?: number;
    width?: number;
    mask?: Uint8Array;
    bandCount?: number;
    rgba?: Buffer;
  } = {},
): number[][] {
  const image = { left: 0, top: 0, widthPixels: samples.length / bandCount, heightPixels: 1 };
  const canvas = { widthPixels: width, heightPixels: 1, rgba: rgba ?? Buffer.alloc(width * 4) };
  const map = axisPixelMap(
    (x) => x / scale,
    (y) => y,
    canvas,
  );
  drawWindow(canvas, { ...image, bandCount, samples, mask }, image, map, channels);
  return Array.from({ length: width }, (_, pixel) => [...canvas.rgba.subarray(pixel * 4, pixel * 4 + 4)]);
}

const reds = (pixels: number[][]) => pixels.map(([red, , , alpha]) => (alpha === 0 ? undefined : red));

describe('a window that is drawn', () => {
  it('keeps its values where pixels meet pixels', () => {
    expect(reds(drawRow(Uint8Array.of(0, 50, 255)))).toEqual([0, 50, 255]);
  });

  it('is interpolated between the middles of its pixels', () => {
    expect(reds(drawRow(Uint8Array.of(0, 100), { scale: 2, width: 4 }))).toEqual([0, 25, 75, 100]);
  });

  it('is transparent beyond its edge', () => {
    expect(reds(drawRow(Uint8Array.of(10), { width: 3 }))).toEqual([10, undefined, undefined]);
  });

  it('is stretched from its least to its greatest value', () => {
    const channels = [{ ...GREY, min: 1_000, max: 3_000 }];
    expect(reds(drawRow(Uint16Array.of(500, 1_000, 2_000, 3_000, 9_000), { channels }))).toEqual([
      0, 0, 128, 255, 255,
    ]);
  });

  it('leaves out what has no data, and mixes nothing of it in', () => {
    const channels = [{ ...GREY, nodata: 0 }];
    expect(reds(drawRow(Uint8Array.of(100, 0), { channels, scale: 4, width: 8 }))).toEqual([
      100,
      100,
      100,
      100,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('leaves out NaN, whether or not that is its nodata', () => {
    const channels = [{ ...GREY, max: 1 }];
    expect(reds(drawRow(Float32Array.of(1, Number.NaN, 0.5), { channels }))).toEqual([255, undefined, 128]);
  });

  it('has data where any of its bands has', () => {
    const channels = [0, 1, 2].map((band) => ({ ...GREY, band, nodata: 0 }));
    expect(drawRow(Uint8Array.of(0, 0, 9, 0, 0, 0), { channels, bandCount: 3, width: 2 })).toEqual([
      [0, 0, 9, 255],
      [0, 0, 0, 0],
    ]);
  });

  it('leaves out what its mask hides', () => {
    expect(reds(drawRow(Uint8Array.of(1, 2, 3), { mask: Uint8Array.of(255, 0, 255) }))).toEqual([
      1,
      undefined,
      3,
    ]);
  });

  it('takes its opacity from a band', () => {
    const channels = [GREY, { ...GREY, band: 1 }];
    expect(drawRow(Uint8Array.of(80, 128), { channels, bandCount: 2, width: 1 })).toEqual([
      [80, 80, 80, 128],
    ]);
  });

  it('is behind what is there', () => {
    const rgba = Buffer.of(1, 2, 3, 255, 0, 0, 0, 0, 200, 200, 200, 51);
    expect(drawRow(Uint8Array.of(100, 100, 100), { rgba })).toEqual([
      [1, 2, 3, 255],
      [100, 100, 100, 255],
      [120, 120, 120, 255],
    ]);
  });
});

describe('a window that is drawn by its axes', () => {
  const IMAGE = { widthPixels: 40, heightPixels: 30 };
  const PICTURE = { widthPixels: 64, heightPixels: 48 };
  const WINDOW = { left: 4, top: 3, widthPixels: 30, heightPixels: 25 };
  const BAND_COUNT = 4;
  const MAP = axisPixelMap(
    (x) => 5.3 + x * 0.413,
    (y) => 4.7 + y * 0.47,
    PICTURE,
  );
  const count = WINDOW.widthPixels * WINDOW.heightPixels * BAND_COUNT;
  const numbers = Array.from({ length: count }, (_, index) => (index * 7_919) % 101);

  function drawnBy(map: PixelMap, samples: RasterWindow['samples'], channels: readonly DrawnChannel[]) {
    const rgba = Buffer.alloc(PICTURE.widthPixels * PICTURE.heightPixels * 4);
    const window = { ...WINDOW, bandCount: BAND_COUNT, samples, mask: undefined };
    drawWindow({ ...PICTURE, rgba }, window, IMAGE, map, channels);
    return rgba;
  }

  it.each([1, 2, 3, 4])('is the same as drawn by rows, with %d channels of each type', (channelCount) => {
    for (const samples of [
      Uint8Array.from(numbers),
      Uint16Array.from(numbers),
      Int16Array.from(numbers),
      Float32Array.from(numbers),
    ]) {
      for (const nodata of [undefined, 0]) {
        const channels = [2, 0, 1, 3]
          .slice(0, channelCount)
          .map((band) => ({ band, min: band, max: 101, nodata }));
        const byAxes = drawnBy(MAP, samples, channels);
        expect(byAxes.equals(drawnBy({ ...MAP, axes: undefined }, samples, channels))).toBe(true);
        expect(byAxes.some((byte) => byte > 0)).toBe(true);
      }
    }
  });
});
