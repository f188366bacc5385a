import type { Box } from './box.ts';

/** A coordinate reference system that maps are drawn in. */
export type Srs = 'EPSG:4326' | 'EPSG:3857';

/** The radius of the sphere of EPSG:3857, in metres. */
const RADIUS_METRES = 6_378_137;

/** Half the width of the world in EPSG:3857, in metres. */
export const MERCATOR_EDGE_METRES = Math.PI * RADIUS_METRES;

/** The latitude at which EPSG:3857 ends, in degrees. */
const MERCATOR_EDGE_DEGREES = (Math.atan(Math.sinh(Math.PI)) * 180) / Math.PI;

/** The whole world in each system. */
export const WORLD: Readonly<Record<Srs, Box>> = {
  'EPSG:4326': { minX: -180, minY: -90, maxX: 180, maxY: 90 },
  'EPSG:3857': {
    minX: -MERCATOR_EDGE_METRES,
    minY: -MERCATOR_EDGE_METRES,
    maxX: MERCATOR_EDGE_METRES,
    maxY: MERCATOR_EDGE_METRES,
  },
};

/** Returns the x of EPSG:3857 of a longitude in degrees. */
export function mercatorX(longitude: number): number {
  return (longitude / 180) * MERCATOR_EDGE_METRES;
}

/** Returns the y of EPSG:3857 of a latitude in degrees; beyond the edge of the system, the edge. */
export function mercatorY(latitude: number): number {
  const inside = Math.min(MERCATOR_EDGE_DEGREES, Math.max(-MERCATOR_EDGE_DEGREES, latitude));
  return RADIUS_METRES * Math.asinh(Math.tan((inside * Math.PI) / 180));
}

/** Returns the longitude in degrees of an x of EPSG:3857. */
export function longitudeOf(x: number): number {
  return (x / MERCATOR_EDGE_METRES) * 180;
}

/** Returns the latitude in degrees of a y of EPSG:3857. */
export function latitudeOf(y: number): number {
  return (Math.atan(Math.sinh(y / RADIUS_METRES)) * 180) / Math.PI;
}

/** Returns the same box in another system. In both the sides of a box follow the axes, so nothing is added to it. */
export function transformBox(box: Box, from: Srs, to: Srs): Box {
  if (from === to) return box;
  const [x, y] = to === 'EPSG:3857' ? [mercatorX, mercatorY] : [longitudeOf, latitudeOf];
  return { minX: x(box.minX), minY: y(box.minY), maxX: x(box.maxX), maxY: y(box.maxY) };
}
