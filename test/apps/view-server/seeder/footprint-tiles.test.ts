import { describe, expect, it } from '@jest/globals';
import { footprintOf, footprintOfBox } from '../../../../src/apps/view-server/catalogue/footprint.ts';
import { footprintMeets, tilesOfFootprint } from '../../../../src/apps/view-server/seeder/footprint-tiles.ts';
import { WGS84 } from '../../../../src/map-kit/tile-grids/tile-grid.ts';

const triangle = footprintOf([
  [
    [
      [0, 0],
      [40, 0],
      [0, 40],
      [0, 0],
    ],
  ],
]);

describe('a footprint', () => {
  it.each([
    ['around a corner', { minX: -1, minY: -1, maxX: 1, maxY: 1 }, true],
    ['inside', { minX: 5, minY: 5, maxX: 6, maxY: 6 }, true],
    ['around all of it', { minX: -50, minY: -50, maxX: 50, maxY: 50 }, true],
    ['across a side, with all corners outside', { minX: 5, minY: -5, maxX: 6, maxY: 50 }, true],
    ['beside the long side, in the box around it', { minX: 30, minY: 30, maxX: 39, maxY: 39 }, false],
    ['elsewhere', { minX: 50, minY: 0, maxX: 60, maxY: 10 }, false],
  ])('meets a box %s, or does not', (_where, box, meets) => {
    expect(footprintMeets(triangle, box)).toBe(meets);
  });

  it('does not meet a box in its hole', () => {
    const ring = (from: number, to: number): [number, number][] => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
      [from, from],
    ];
    const holed = footprintOf([[ring(0, 30), ring(10, 20)]]);
    expect(footprintMeets(holed, { minX: 12, minY: 12, maxX: 18, maxY: 18 })).toBe(false);
    expect(footprintMeets(holed, { minX: 5, minY: 12, maxX: 18, maxY: 18 })).toBe(true);
  });

  it('has only the tiles that it meets', () => {
    const tiles = [...tilesOfFootprint(WGS84, 4, triangle)].map(({ x, y }) => `${x},${y}`);
    expect(tiles.toSorted()).toEqual(
      ['16,4', '16,5', '16,6', '16,7', '17,5', '17,6', '17,7', '18,6', '18,7', '19,7'].toSorted(),
    );
  });

  it('has tiles on both sides of the antimeridian', () => {
    const across = footprintOfBox({ minX: 170, minY: 1, maxX: -170, maxY: 2 });
    expect([...tilesOfFootprint(WGS84, 2, across)].map(({ x }) => x)).toEqual([0, 7]);
  });
});
