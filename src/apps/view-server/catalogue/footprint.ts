import type { Box } from '../../../map-kit/box.ts';
import type { Footprint } from './product.ts';

/** A position: longitude and latitude, in degrees. */
export type Position = readonly [longitude: number, latitude: number];

/** A closed line; its first position is its last one. */
export type Ring = readonly Position[];

/** A polygon: its outside, then its holes. */
export type Polygon = readonly Ring[];

/** A footprint is no polygon on the globe; the message says why. */
export class FootprintError extends Error {
  override readonly name = 'FootprintError';
}

/** Positions of a footprint, at most. */
const MOST_POSITIONS = 5_000;

/**
 * Makes a footprint of polygons: rings are closed, and what is across the antimeridian is cut there, so that all longitudes are between
 * -180 and 180. A step of more than 180 degrees of longitude is taken as one across the antimeridian.
 *
 * @throws {FootprintError}
 */
export function footprintOf(polygons: readonly Polygon[]): Footprint {
  const count = polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
  if (count > MOST_POSITIONS) {
    throw new FootprintError(`The footprint has ${count} positions, more than ${MOST_POSITIONS}`);
  }
  const coordinates = polygons.flatMap((polygon) => cutAtAntimeridian(unwrap(polygon.map(closedRing))));
  if (coordinates.length === 0) throw new FootprintError('The footprint has no area');
  return { type: 'MultiPolygon', coordinates };
}

/**
 * Returns the footprint of a box in EPSG:4326. A `minX` greater than `maxX` is across the antimeridian.
 *
 * @throws {FootprintError} if the box is not on the globe, or has no area.
 */
export function footprintOfBox({ minX, minY, maxX, maxY }: Box): Footprint {
  const east = maxX < minX ? maxX + 360 : maxX;
  const ring: Position[] = [
    [minX, minY],
    [east, minY],
    [east, maxY],
    [minX, maxY],
    [minX, minY],
  ];
  for (const position of ring) checkPosition(position);
  const coordinates = cutAtAntimeridian([ring]);
  if (coordinates.length === 0) throw new FootprintError('The footprint has no area');
  return { type: 'MultiPolygon', coordinates };
}

/** Returns the boxes of a footprint: one, or two if it is on both sides of the antimeridian. */
export function boxesOf({ coordinates }: Footprint): readonly Box[] {
  const boxes = coordinates
    .map(([outside = []]) => boxOfRing(outside))
    .toSorted((one, other) => one.minX - other.minX);
  const whole = unionOf(boxes);
  if (whole.minX > -180 || whole.maxX < 180) return [whole];
  const gap = widestGap(boxes);
  if (gap === undefined) return [whole];
  return [unionOf(boxes.filter(({ minX }) => minX < gap)), unionOf(boxes.filter(({ minX }) => minX >= gap))];
}

/** Returns the parts of a box whose `minX` may be greater than its `maxX`: two, if it is across the antimeridian. */
export function partsOfBox(box: Box): readonly Box[] {
  return box.minX <= box.maxX
    ? [box]
    : [
        { ...box, maxX: 180 },
        { ...box, minX: -180 },
      ];
}

/** Returns the box around boxes. */
export function unionOf(boxes: readonly Box[]): Box {
  return {
    minX: Math.min(...boxes.map(({ minX }) => minX)),
    minY: Math.min(...boxes.map(({ minY }) => minY)),
    maxX: Math.max(...boxes.map(({ maxX }) => maxX)),
    maxY: Math.max(...boxes.map(({ maxY }) => maxY)),
  };
}

/** Returns the longitude at which the part in the east begins; `undefined` if there is no gap between the parts. */
function widestGap(boxes: readonly Box[]): number | undefined {
  let widest = 0;
  let start: number | undefined;
  let east = -180;
  for (const { minX, maxX } of boxes) {
    if (minX - east > widest) {
      widest = minX - east;
      start = minX;
    }
    east = Math.max(east, maxX);
  }
  return start;
}

function boxOfRing(ring: Ring): Box {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const [x, y] of ring) {
    box.minX = Math.min(box.minX, x);
    box.minY = Math.min(box.minY, y);
    box.maxX = Math.max(box.maxX, x);
    box.maxY = Math.max(box.maxY, y);
  }
  return box;
}

function closedRing(ring: Ring): Ring {
  for (const position of ring) checkPosition(position);
  const [first] = ring;
  const last = ring.at(-1);
  const closed =
    first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : [...ring];
  if (closed.length < 4) throw new FootprintError('A ring of the footprint has fewer than three positions');
  return closed;
}

function checkPosition([longitude, latitude]: Position): void {
  if (!(longitude >= -360 && longitude <= 540 && latitude >= -90 && latitude <= 90)) {
    throw new FootprintError(
      `The footprint has the position ${longitude} ${latitude}, which is not on the globe`,
    );
  }
}

/** Lets longitudes go on beyond 180 instead of starting anew at -180. */
function unwrap(polygon: Polygon): Polygon {
  const [outside = [], ...holes] = polygon.map(unwrapRing);
  const { minX, maxX } = boxOfRing(outside);
  return [
    outside,
    ...holes.map((hole) => {
      const box = boxOfRing(hole);
      if (box.minX < minX && box.maxX + 360 <= maxX) return shift(hole, 360);
      return box.maxX > maxX && box.minX - 360 >= minX ? shift(hole, -360) : hole;
    }),
  ];
}

function unwrapRing(ring: Ring): Ring {
  let turns = 0;
  let before: number | undefined;
  const unwrapped = ring.map(([longitude, latitude]): Position => {
    const step = before === undefined ? 0 : longitude - before;
    // A step of 360 is the edge of a map of the whole world.
    if (Math.abs(step) > 180 && Math.abs(step) < 360) turns -= Math.sign(step);
    before = longitude;
    return [longitude + turns * 360, latitude];
  });
  return turns === 0 ? unwrapped : aroundPole(unwrapped, turns);
}

/** A ring that goes once around the globe has a pole inside. */
function aroundPole(ring: Ring, turns: number): Ring {
  const [first] = ring;
  const last = ring.at(-1);
  if (!first || !last || Math.abs(turns) > 1)
    throw new FootprintError('A ring of the footprint goes around the globe twice');
  const pole = ring.reduce((sum, [, latitude]) => sum + latitude, 0) < 0 ? -90 : 90;
  return [...ring, [last[0], pole], [first[0], pole], first];
}

function shift(ring: Ring, degrees: number): Ring {
  return ring.map(([longitude, latitude]): Position => [longitude + degrees, latitude]);
}

function cutAtAntimeridian(polygon: Polygon): Polygon[] {
  return [-1, 0, 1].flatMap((turn) => {
    const cut = polygon
      .map((ring) => shift(clip(clip(ring, turn * 360 - 180, 1), turn * 360 + 180, -1), -turn * 360))
      .map((ring, index) => (hasArea(ring) ? ring : index === 0 ? undefined : []));
    const [outside, ...holes] = cut;
    return outside ? [[outside, ...holes.flatMap((hole) => (hole && hole.length > 0 ? [hole] : []))]] : [];
  });
}

/** Keeps the part of a ring that is on one side of a meridian: east of it for 1, west for -1. */
function clip(ring: Ring, meridian: number, side: 1 | -1): Ring {
  if (ring.every(([longitude]) => (longitude - meridian) * side >= 0)) return ring;
  const kept: Position[] = [];
  for (const [index, position] of ring.entries()) {
    const before = index === 0 ? undefined : ring[index - 1];
    const isIn = (position[0] - meridian) * side >= 0;
    if (before && isIn !== (before[0] - meridian) * side >= 0)
      kept.push(crossing(before, position, meridian));
    if (isIn) kept.push(position);
  }
  const [first] = kept;
  const last = kept.at(-1);
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) kept.push(first);
  return kept;
}

function crossing([x, y]: Position, [otherX, otherY]: Position, meridian: number): Position {
  return [meridian, y + ((otherY - y) * (meridian - x)) / (otherX - x)];
}

function hasArea(ring: Ring): boolean {
  let twice = 0;
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    twice += x * nextY - nextX * y;
  }
  return ring.length >= 4 && Math.abs(twice) > 1e-14;
}
