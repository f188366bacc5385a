import type { Box } from '../../../map-kit/box.ts';
import type { Polygon, Position, Ring } from './footprint.ts';
import type { Footprint } from './product.ts';

/** Returns whether a footprint and polygons share a point. All longitudes are between -180 and 180. */
export function meetsPolygons(footprint: Footprint, polygons: readonly Polygon[]): boolean {
  return footprint.coordinates.some((own) => polygons.some((other) => polygonsMeet(own, other)));
}

/** Returns whether a line touches a footprint. */
export function meetsLine(footprint: Footprint, line: Ring): boolean {
  const [first] = line;
  return footprint.coordinates.some(
    (polygon) => (first && holds(polygon, first)) || polygon.some((ring) => linesCross(ring, line)),
  );
}

/** Returns whether a point is in a footprint. */
export function holdsPoint(footprint: Footprint, point: Position): boolean {
  return footprint.coordinates.some((polygon) => holds(polygon, point));
}

/** Metres of a degree of latitude, on a sphere as large as the Earth. */
const METRES_OF_DEGREE = 111_319.49;

/** Returns whether a footprint comes as near to a point as so many metres, on a sphere. */
export function isWithin(footprint: Footprint, centre: Position, radiusMetres: number): boolean {
  if (holdsPoint(footprint, centre)) return true;
  return footprint.coordinates.some((polygon) =>
    polygon.some((ring) => {
      const plane = ring.map((position) => azimuthalEquidistant(centre, position));
      return plane.some((end, index) => {
        const start = plane[index - 1] ?? end;
        return distanceFromOrigin(start, end) * METRES_OF_DEGREE <= radiusMetres;
      });
    }),
  );
}

/** Returns the box around a circle. Its `minX` is greater than its `maxX` if it is across the antimeridian. */
export function boxOfCircle([longitude, latitude]: Position, radiusMetres: number): Box {
  const high = radiusMetres / METRES_OF_DEGREE;
  const [minY, maxY] = [Math.max(-90, latitude - high), Math.min(90, latitude + high)];
  const shrunk = Math.cos((Math.max(Math.abs(minY), Math.abs(maxY)) * Math.PI) / 180);
  const wide = shrunk < 1e-6 ? 180 : high / shrunk;
  if (wide >= 180) return { minX: -180, minY, maxX: 180, maxY };
  return { minX: wrapped(longitude - wide), minY, maxX: wrapped(longitude + wide), maxY };
}

function polygonsMeet(one: Polygon, other: Polygon): boolean {
  const [outside = []] = one;
  const [otherOutside = []] = other;
  const [position] = outside;
  const [otherPosition] = otherOutside;
  return (
    one.some((ring) => other.some((otherRing) => linesCross(ring, otherRing))) ||
    (position !== undefined && holds(other, position)) ||
    (otherPosition !== undefined && holds(one, otherPosition))
  );
}

/** Whether a point is inside the outside, and in no hole: each ring that is crossed on the way out changes it. */
function holds(polygon: Polygon, [x, y]: Position): boolean {
  let isInside = false;
  for (const ring of polygon) {
    for (const [index, [endX, endY]] of ring.entries()) {
      const [startX, startY] = ring[index - 1] ?? [endX, endY];
      if (
        cross(startX, startY, endX, endY, x, y) === 0 &&
        isBetween(startX, endX, x) &&
        isBetween(startY, endY, y)
      )
        return true;
      if (startY > y !== endY > y && x < ((endX - startX) * (y - startY)) / (endY - startY) + startX) {
        isInside = !isInside;
      }
    }
  }
  return isInside;
}

function linesCross(one: Ring, other: Ring): boolean {
  for (let index = 1; index < one.length; index += 1) {
    const [start, end] = [one[index - 1], one[index]];
    if (!start || !end) continue;
    for (let otherIndex = 1; otherIndex < other.length; otherIndex += 1) {
      const [otherStart, otherEnd] = [other[otherIndex - 1], other[otherIndex]];
      if (otherStart && otherEnd && segmentsMeet(start, end, otherStart, otherEnd)) return true;
    }
  }
  return false;
}

function segmentsMeet(
  [ax, ay]: Position,
  [bx, by]: Position,
  [cx, cy]: Position,
  [dx, dy]: Position,
): boolean {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const sides = cross(ax, ay, bx, by, cx, cy) * cross(ax, ay, bx, by, dx, dy);
  const otherSides = cross(cx, cy, dx, dy, ax, ay) * cross(cx, cy, dx, dy, bx, by);
  return sides <= 0 && otherSides <= 0;
}

function cross(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function isBetween(one: number, other: number, value: number): boolean {
  return value >= Math.min(one, other) && value <= Math.max(one, other);
}

/** Maps a position to a plane on which the distances from the centre are right, in degrees. */
function azimuthalEquidistant([centreX, centreY]: Position, [x, y]: Position): Position {
  const [latitude, centreLatitude, turn] = [radians(y), radians(centreY), radians(x - centreX)];
  const cosine =
    Math.sin(centreLatitude) * Math.sin(latitude) +
    Math.cos(centreLatitude) * Math.cos(latitude) * Math.cos(turn);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const scale = angle < 1e-12 ? 1 : angle / Math.sin(angle);
  return [
    degrees(scale * Math.cos(latitude) * Math.sin(turn)),
    degrees(
      scale *
        (Math.cos(centreLatitude) * Math.sin(latitude) -
          Math.sin(centreLatitude) * Math.cos(latitude) * Math.cos(turn)),
    ),
  ];
}

function distanceFromOrigin([ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / squared));
  return Math.hypot(ax + share * dx, ay + share * dy);
}

function wrapped(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}

function radians(value: number): number {
  return (value * Math.PI) / 180;
}

function degrees(value: number): number {
  return (value * 180) / Math.PI;
}
