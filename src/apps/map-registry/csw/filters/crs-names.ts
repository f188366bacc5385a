import type { Box } from '../../../../map-kit/box.ts';
import { transformBox } from '../../../../map-kit/crs.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';

/** How a coordinate reference system orders its axes. */
interface AxisRule {
  readonly names: RegExp;
  readonly isLatitudeFirst: boolean;
  readonly isMercator?: boolean;
}

const RULES: readonly AxisRule[] = [
  { names: /(^|[:/])(crs|ogc)[:/](1\.3[:/])?(crs)?84$|crs84$/i, isLatitudeFirst: false },
  { names: /(^|[:/])4326$/, isLatitudeFirst: true },
  { names: /(^|[:/])(3857|900913|102100|102113)$/, isLatitudeFirst: false, isMercator: true },
];

/**
 * Returns a box in longitude and latitude from the corners that a document gives.
 *
 * @param crsName as the document names it; EPSG:4326 has the latitude first, CRS84 the longitude.
 * @throws {OgcError} the system is unknown.
 */
export function boxOfCorners(
  [first, second, third, fourth]: readonly [number, number, number, number],
  crsName: string,
): Box {
  const rule = RULES.find(({ names }) => names.test(crsName.trim()));
  if (!rule) {
    throw new OgcError(
      'InvalidParameterValue',
      `The coordinate reference system "${crsName.slice(0, 60)}" is not supported.`,
      { locator: 'srsName' },
    );
  }
  const box = rule.isLatitudeFirst
    ? { minX: second, minY: first, maxX: fourth, maxY: third }
    : { minX: first, minY: second, maxX: third, maxY: fourth };
  return rule.isMercator ? transformBox(box, 'EPSG:3857', 'EPSG:4326') : box;
}
