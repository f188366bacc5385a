import { describe, expect, it } from '@jest/globals';
import {
  axisPixelMap,
  gridPixelMap,
  windowOf,
} from '../../../../../src/apps/view-server/renderer/warp/pixel-map.ts';
import { findProjection } from '../../../../../src/apps/view-server/renderer/warp/projection.ts';

describe('a map by a grid', () => {
  it('is as near to the exact place as an eighth of a pixel', () => {
    // A tile of zoom 14 over an image in UTM with pixels of 5 metres.
    const { project } = findProjection('EPSG:3857', 'EPSG:32633');
    const place = (x: number, y: number) => {
      const [east, north] = project(1_781_000 + x * 9.55, 6_180_000 - y * 9.55);
      return [(east - 500_000) / 5, (5_400_000 - north) / 5] as const;
    };
    const map = gridPixelMap(place, 250, 250);
    const columns = new Float64Array(250);
    const rows = new Float64Array(250);
    for (const y of [0, 7, 100, 249]) {
      map.fillRow(y, columns, rows);
      for (const x of [0, 9, 130, 249]) {
        const [column, row] = place(x + 0.5, y + 0.5);
        expect(Math.abs((columns[x] ?? 0) - column)).toBeLessThan(0.125);
        expect(Math.abs((rows[x] ?? 0) - row)).toBeLessThan(0.125);
      }
    }
  });

  it('has no place where there is none', () => {
    const map = gridPixelMap((x) => [x < 100 ? x : Number.NaN, 0], 128, 1);
    const columns = new Float64Array(128);
    map.fillRow(0, columns, new Float64Array(128));
    expect(columns[10]).toBeCloseTo(10.5, 9);
    expect(columns[120]).toBeNaN();
  });
});

describe('the window of a picture', () => {
  const IMAGE = { widthPixels: 100, heightPixels: 100 };
  const PICTURE = { widthPixels: 10, heightPixels: 10 };
  const window = (offset: number, scale: number) =>
    windowOf(
      axisPixelMap(
        (x) => x * scale + offset,
        (y) => y * scale + offset,
        PICTURE,
      ),
      PICTURE,
      IMAGE,
    );

  it('has a pixel more on each side than the picture', () => {
    expect(window(20.25, 1)).toEqual({ left: 20, top: 20, widthPixels: 11, heightPixels: 11 });
  });

  it('ends where the image ends', () => {
    expect(window(95, 1)).toEqual({ left: 95, top: 95, widthPixels: 5, heightPixels: 5 });
    expect(window(-5, 1)).toMatchObject({ left: 0, top: 0 });
  });

  it('is none beyond the image', () => {
    expect(window(100, 1)).toBeUndefined();
    expect(window(-10, 1)).toBeUndefined();
  });
});
