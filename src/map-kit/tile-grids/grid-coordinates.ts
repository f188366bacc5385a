import type { Box } from '../box.ts';
import type { TileGrid } from './tile-grid.ts';

/** The radius of the earth in web Mercator, in metres. */
const EARTH_RADIUS = 6378137;

/** The latitude at which web Mercator ends. */
const MERCATOR_LATITUDE = 85.0511287798066;

/** Returns a box of a grid in longitude and latitude. */
export function toLongitudeLatitude(grid: TileGrid, box: Box): Box {
  if (grid.srs === 'EPSG:4326') return box;
  return {
    minX: degrees(box.minX / EARTH_RADIUS),
    minY: latitudeOf(box.minY),
    maxX: degrees(box.maxX / EARTH_RADIUS),
    maxY: latitudeOf(box.maxY),
  };
}

/** Returns a box of longitude and latitude in the units of a grid, cut where the grid ends. */
export function fromLongitudeLatitude(grid: TileGrid, box: Box): Box {
  if (grid.srs === 'EPSG:4326') return box;
  return {
    minX: radians(box.minX) * EARTH_RADIUS,
    minY: northingOf(box.minY),
    maxX: radians(box.maxX) * EARTH_RADIUS,
    maxY: northingOf(box.maxY),
  };
}

function latitudeOf(northing: number): number {
  return degrees(Math.atan(Math.sinh(northing / EARTH_RADIUS)));
}

function northingOf(latitude: number): number {
  const within = Math.min(Math.max(latitude, -MERCATOR_LATITUDE), MERCATOR_LATITUDE);
  return Math.asinh(Math.tan(radians(within))) * EARTH_RADIUS;
}

function degrees(radiansOf: number): number {
  return (radiansOf * 180) / Math.PI;
}

function radians(degreesOf: number): number {
  return (degreesOf * Math.PI) / 180;
}
