import { describe, expect, it } from '@jest/globals';
import {
  boxesOf,
  FootprintError,
  footprintOf,
  footprintOfBox,
  type Position,
} from '../../../../src/apps/view-server/catalogue/footprint.ts';

const square = (west: number, south: number, east: number, north: number): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

describe('a footprint', () => {
  it('is closed', () => {
    const { coordinates } = footprintOf([[square(1, 2, 3, 4)]]);
    expect(coordinates).toEqual([
      [
        [
          [1, 2],
          [3, 2],
          [3, 4],
          [1, 4],
          [1, 2],
        ],
      ],
    ]);
  });

  it('keeps its holes', () => {
    const { coordinates } = footprintOf([[square(0, 0, 10, 10), square(4, 4, 6, 6)]]);
    expect(coordinates[0]).toHaveLength(2);
  });

  it.each([
    ['by a step from 179 to -179', square(179, -10, -179, 10)],
    ['by longitudes beyond 180', square(179, -10, 181, 10)],
    ['by longitudes below -180', square(-181, -10, -179, 10)],
  ])('is cut at the antimeridian, which it crosses %s', (_how, ring) => {
    const footprint = footprintOf([[ring]]);
    expect(footprint.coordinates).toHaveLength(2);
    expect(boxesOf(footprint)).toEqual([
      { minX: -180, minY: -10, maxX: -179, maxY: 10 },
      { minX: 179, minY: -10, maxX: 180, maxY: 10 },
    ]);
  });

  it('has one box where its parts are far from the antimeridian, or all around the globe', () => {
    const islands = footprintOf([[square(0, 0, 1, 1)], [square(50, 0, 51, 1)]]);
    expect(boxesOf(islands)).toEqual([{ minX: 0, minY: 0, maxX: 51, maxY: 1 }]);
    const world = footprintOf([[square(-180, -90, 180, 90)]]);
    expect(boxesOf(world)).toEqual([{ minX: -180, minY: -90, maxX: 180, maxY: 90 }]);
  });

  it('has the pole inside that it goes around', () => {
    const ring: Position[] = [
      [0, 80],
      [120, 80],
      [-120, 80],
    ];
    const boxes = boxesOf(footprintOf([[ring]]));
    expect(boxes).toEqual([{ minX: -180, minY: 80, maxX: 180, maxY: 90 }]);
  });

  it('may be that of a box across the antimeridian', () => {
    expect(boxesOf(footprintOfBox({ minX: 170, minY: 0, maxX: -170, maxY: 5 }))).toHaveLength(2);
  });

  it.each([
    ['no polygon', []],
    [
      'two positions',
      [
        [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      ],
    ],
    [
      'no area',
      [
        [
          [
            [0, 0],
            [1, 1],
            [2, 2],
          ],
        ],
      ],
    ],
    ['a latitude of 91', [[square(0, 0, 1, 91)]]],
    ['a longitude of 1000', [[square(0, 0, 1000, 1)]]],
    ['no number', [[square(0, 0, Number.NaN, 1)]]],
    [
      'two turns',
      [
        [
          [
            [0, 80],
            [120, 80],
            [-120, 80],
            [0, 81],
            [120, 81],
            [-120, 81],
          ],
        ],
      ],
    ],
    ['6,000 positions', [[Array.from({ length: 6_000 }, (_, index): Position => [index / 100, index % 7])]]],
  ] as [string, Position[][][]][])('is refused with %s', (_what, polygons) => {
    expect(() => footprintOf(polygons)).toThrow(FootprintError);
  });
});
