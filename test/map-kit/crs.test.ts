import { describe, expect, it } from '@jest/globals';
import { boxFromCoordinates, coordinatesOfBox, findWmsSystem } from '../../src/map-kit/axis-order.ts';
import { transformBox, WORLD } from '../../src/map-kit/crs.ts';

describe('a box', () => {
  it('is the same after it went to web Mercator and back', () => {
    const box = { minX: 16, minY: -48, maxX: 17, maxY: 48.5 };
    const back = transformBox(transformBox(box, 'EPSG:4326', 'EPSG:3857'), 'EPSG:3857', 'EPSG:4326');
    for (const side of ['minX', 'minY', 'maxX', 'maxY'] as const)
      expect(back[side]).toBeCloseTo(box[side], 9);
  });

  it('of the world is the square of web Mercator', () => {
    const { minX, minY, maxX, maxY } = transformBox(WORLD['EPSG:4326'], 'EPSG:4326', 'EPSG:3857');
    expect(maxX).toBeCloseTo(20_037_508.342_789, 5);
    expect(maxY).toBeCloseTo(maxX, 5);
    expect([minX, minY]).toEqual([-maxX, -maxY]);
  });
});

describe('the order of coordinates', () => {
  it.each([
    ['1.1.1', 'EPSG:4326', false],
    ['1.3.0', 'EPSG:4326', true],
    ['1.3.0', 'CRS:84', false],
    ['1.3.0', 'epsg:3857', false],
  ] as const)('in %s of %s has latitude first: %s', (version, name, isLatitudeFirst) => {
    const system = findWmsSystem(version, name);
    if (!system) throw new Error('there is no such system');
    const box = boxFromCoordinates([1, 2, 3, 4], system);
    expect(box.minX).toBe(isLatitudeFirst ? 2 : 1);
    expect(coordinatesOfBox(box, system)).toEqual([1, 2, 3, 4]);
  });

  it('is that of no other system', () => {
    expect(findWmsSystem('1.1.1', 'CRS:84')).toBeUndefined();
    expect(findWmsSystem('1.3.0', 'EPSG:32633')).toBeUndefined();
  });
});
