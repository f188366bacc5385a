import { describe, expect, it } from '@jest/globals';
import { footprintOf, footprintOfBox } from '../../../../src/apps/view-server/catalogue/footprint.ts';
import { tilesOfFootprint } from '../../../../src/apps/view-server/seeder/footprint-tiles.ts';
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
