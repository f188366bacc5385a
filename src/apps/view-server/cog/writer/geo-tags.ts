import type { PixelTransform } from '../cog-reader.ts';
import { GEO_KEY, MODEL_TYPE, RASTER_TYPE } from '../tiff/geo-reference.ts';
import { FIELD_TYPE, TAG } from '../tiff/tags.ts';
import type { Field } from './write-directories.ts';

const DEGREE = 9102;
const VERSION = [1, 1, 0] as const;

/** The tags that say where an image with north up is. */
export function geoFields(srs: string, isGeographic: boolean, transform: PixelTransform): Field[] {
  const code = Number(srs.replace('EPSG:', ''));
  const keys = isGeographic
    ? [
        [GEO_KEY.modelType, MODEL_TYPE.geographic],
        [GEO_KEY.rasterType, RASTER_TYPE.area],
        [GEO_KEY.geographicType, code],
        [GEO_KEY.angularUnits, DEGREE],
      ]
    : [
        [GEO_KEY.modelType, MODEL_TYPE.projected],
        [GEO_KEY.rasterType, RASTER_TYPE.area],
        [GEO_KEY.projectedType, code],
      ];
  const { a, c, e, f } = transform;
  return [
    { tag: TAG.modelPixelScale, type: FIELD_TYPE.double, values: [a, -e, 0] },
    { tag: TAG.modelTiepoint, type: FIELD_TYPE.double, values: [0, 0, 0, c, f, 0] },
    {
      tag: TAG.geoKeyDirectory,
      type: FIELD_TYPE.short,
      values: [...VERSION, keys.length, ...keys.flatMap(([key = 0, value = 0]) => [key, 0, 1, value])],
    },
  ];
}
