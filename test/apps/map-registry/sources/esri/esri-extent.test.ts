import { expect, it } from '@jest/globals';
import { boxOfExtent, codesOf } from '../../../../../src/apps/map-registry/sources/esri/esri-extent.ts';

const around = (reference: object, [xmin, ymin, xmax, ymax]: readonly unknown[]) =>
  boxOfExtent({ xmin, ymin, xmax, ymax, spatialReference: reference });

it.each([
  ['degrees of WGS 84', { wkid: 4326 }, [-10, 35, 30, 60], [-10, 35, 30, 60]],
  ['degrees of NAD 83', { wkid: 4269 }, [-80, 30, -70, 40], [-80, 30, -70, 40]],
  ['web Mercator by its old code', { wkid: 102100 }, [0, 0, 1113194.9, 1118889.97], [0, 0, 10, 10]],
  ['UTM', { wkid: 32633 }, [500000, 0, 600000, 1000000], [15, 0, 15.9, 9.05]],
  ['UTM of the south', { wkid: 32733 }, [500000, 9000000, 500001, 10000000], [15, -9.05, 15, 0]],
  ['the Canada Atlas', { wkid: 3978 }, [-1, -1, 1, 1], [-95, 49, -95, 49]],
  ['feet of Tennessee', { wkid: 102736 }, [1968500, 0, 1968501, 100], [-86, 34.33, -86, 34.33]],
  ['the Arctic, with the pole', { wkid: 3995 }, [-1e6, -1e6, 1e6, 1e6], [-180, 77, 180, 90]],
  [
    'a system that has text and no code',
    {
      wkt: 'PROJCS["A",GEOGCS["G",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",15],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]',
    },
    [500000, 0, 600000, 1000000],
    [15, 0, 15.9, 9.05],
  ],
])('reads an extent in %s', (_what, reference, extent, expected) => {
  const box = around(reference, extent);
  const numbers = [box?.minX, box?.minY, box?.maxX, box?.maxY];
  for (const [index, number] of expected.entries()) expect(numbers[index]).toBeCloseTo(number, 0);
});

it.each([
  ['an empty one', { wkid: 4326 }, ['NaN', 'NaN', 'NaN', 'NaN']],
  ['one of an unknown system', { wkid: 54_321 }, [0, 0, 1, 1]],
  ['one of a text that is no system', { wkt: 'PROJCS[' }, [0, 0, 1, 1]],
  ['one without a system', {}, [0, 0, 1, 1]],
  ['one without numbers', { wkid: 4326 }, [null, {}, [], '']],
])('has no box for %s', (_what, reference, extent) => {
  expect(around(reference, extent)).toBeUndefined();
});

it('returns both codes of a system', () => {
  expect(codesOf({ wkid: 102100, latestWkid: 3857 })).toEqual(['EPSG:102100', 'EPSG:3857']);
  expect(codesOf(null)).toEqual([]);
});
