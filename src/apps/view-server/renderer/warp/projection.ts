import type { Srs } from '../../../../map-kit/crs.ts';
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from '../../../../map-kit/crs.ts';
import { transformBetween } from '../../cog/projections.ts';

/** From a system of maps to that of an image. */
export interface Projection {
  /** Whether x depends on x alone, and y on y alone. */
  readonly isByAxis: boolean;
  /** `NaN`: the point has no place there. */
  readonly project: (x: number, y: number) => readonly [x: number, y: number];
}

const NOWHERE = [Number.NaN, Number.NaN] as const;

/** Returns a projection. @throws {UnknownProjectionError} the system of the image is not known. */
export function findProjection(from: Srs, to: string): Projection {
  if (from === to) return { isByAxis: true, project: (x, y) => [x, y] };
  if (to === 'EPSG:4326') {
    return { isByAxis: true, project: (x, y) => [longitudeOf(x), latitudeOf(y)] };
  }
  if (to === 'EPSG:3857') {
    return { isByAxis: true, project: (x, y) => [mercatorX(x), mercatorY(y)] };
  }
  const transform = transformBetween(from, to);
  return { isByAxis: false, project: (x, y) => transform(x, y) ?? NOWHERE };
}
