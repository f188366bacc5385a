import { describe, expect, it } from '@jest/globals';
import { footprintOfBox } from '../../../../../src/apps/view-server/catalogue/footprint.ts';
import { clipSegment } from '../../../../../src/apps/view-server/renderer/outlines/clip-segment.ts';
import { drawOutlines } from '../../../../../src/apps/view-server/renderer/outlines/draw-outlines.ts';
import type { Box } from '../../../../../src/map-kit/box.ts';
import { type Srs, transformBox } from '../../../../../src/map-kit/crs.ts';
import { pixelsOfRgba } from '../../pixels.ts';

async function outlined(footprint: Box, box: Box, srs: Srs = 'EPSG:4326') {
  const canvas = { widthPixels: 100, heightPixels: 100, rgba: Buffer.alloc(100 * 100 * 4) };
  await drawOutlines(canvas, { box: transformBox(box, 'EPSG:4326', srs), srs }, [footprintOfBox(footprint)]);
  const { at } = pixelsOfRgba(canvas.rgba, 100, 100);
  return (column: number, row: number) => at(column, row)[3] ?? 0;
}

const WORLD_PART: Box = { minX: 10, minY: 10, maxX: 20, maxY: 20 };

describe('an outline', () => {
  it('is where the footprint ends', async () => {
    const alpha = await outlined({ minX: 12, minY: 12, maxX: 18, maxY: 18 }, WORLD_PART);
    for (const [column, row] of [
      [20, 50],
      [79, 50],
      [50, 20],
      [50, 79],
    ] as const) {
      expect(alpha(column, row)).toBeGreaterThan(100);
    }
    expect(alpha(50, 50)).toBe(0);
    expect(alpha(5, 5)).toBe(0);
  });

  it('is at the same place in web Mercator', async () => {
    const alpha = await outlined({ minX: 12, minY: 12, maxX: 18, maxY: 18 }, WORLD_PART, 'EPSG:3857');
    expect(alpha(20, 50)).toBeGreaterThan(100);
    expect(alpha(50, 50)).toBe(0);
  });

  it('around a picture deep inside is not seen', async () => {
    const alpha = await outlined(
      { minX: -170, minY: -80, maxX: 170, maxY: 80 },
      {
        minX: 10,
        minY: 10,
        maxX: 10.000_001,
        maxY: 10.000_001,
      },
    );
    expect(alpha(0, 0)).toBe(0);
    expect(alpha(50, 50)).toBe(0);
  });

  it('comes from the other side of the world', async () => {
    const alpha = await outlined(
      { minX: -178, minY: 12, maxX: -174, maxY: 18 },
      { minX: 180, minY: 10, maxX: 190, maxY: 20 },
    );
    expect(alpha(20, 50)).toBeGreaterThan(100);
  });
});

describe('a line', () => {
  const BOX = { minX: 0, minY: 0, maxX: 10, maxY: 10 };

  it.each([
    ['inside', [1, 1], [2, 3], [1, 1, 2, 3]],
    ['through', [-10, 5], [20, 5], [0, 5, 10, 5]],
    ['out', [5, 5], [5, 25], [5, 5, 5, 10]],
    ['beside', [-1, 0], [-1, 10], undefined],
    ['past a corner', [-3, 8], [3, 14], undefined],
  ] as const)('%s is clipped', (_title, from, to, expected) => {
    expect(clipSegment(from, to, BOX)).toEqual(expected);
  });
});
