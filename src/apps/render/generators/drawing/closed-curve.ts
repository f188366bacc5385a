import { type Point, short } from './svg.ts';

/** A place on a curve, and the direction that the curve has there: 0 is to the right, 90 down. */
export interface OnCurve {
  readonly point: Point;
  readonly degrees: number;
}

/** A smooth closed curve. */
export interface ClosedCurve {
  /** As SVG has it. */
  readonly path: string;
  /** The place that is this part of the way around: 0 is the first point. */
  at(part: number): OnCurve;
  /** Places with the same distance from each other. */
  places(count: number): OnCurve[];
}

interface Bezier {
  readonly points: readonly [Point, Point, Point, Point];
}

const STEPS = 40;

/** The curve through these points, by Béziers of Catmull and Rom. */
export function closedCurve(points: readonly Point[]): ClosedCurve {
  const beziers = points.map((_, index) => bezierFrom(points, index));
  const samples = beziers.flatMap((bezier) =>
    Array.from({ length: STEPS }, (_, step) => placeOn(bezier, step / STEPS)),
  );
  const lengths = samples.map(({ point }, index) => {
    const [x, y] = point;
    const [nextX, nextY] = (samples[(index + 1) % samples.length] ?? { point }).point;
    return Math.hypot(nextX - x, nextY - y);
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const at = (part: number): OnCurve => {
    let left = (part - Math.floor(part)) * total;
    const index = lengths.findIndex((length) => {
      left -= length;
      return left < 0;
    });
    return samples[Math.max(0, index)] ?? { point: [0, 0], degrees: 0 };
  };
  const [first = [0, 0]] = points;
  const drawn = beziers.map(
    ({ points: [, ...others] }) => `C${others.map(([x, y]) => `${short(x)} ${short(y)}`).join(' ')}`,
  );
  return {
    path: `M${short(first[0])} ${short(first[1])}${drawn.join('')}Z`,
    at,
    places: (count) => Array.from({ length: count }, (_, index) => at(index / count)),
  };
}

function bezierFrom(points: readonly Point[], index: number): Bezier {
  const point = (offset: number): Point => points[(index + offset + points.length) % points.length] ?? [0, 0];
  const [before, from, to, after] = [point(-1), point(0), point(1), point(2)];
  const control = (at: Point, previous: Point, next: Point, sign: number): Point => [
    at[0] + (sign * (next[0] - previous[0])) / 6,
    at[1] + (sign * (next[1] - previous[1])) / 6,
  ];
  return { points: [from, control(from, before, to, 1), control(to, from, after, -1), to] };
}

function placeOn({ points: [a, b, c, d] }: Bezier, t: number): OnCurve {
  const s = 1 - t;
  const position = (axis: 0 | 1) =>
    s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
  const direction = (axis: 0 | 1) =>
    s * s * (b[axis] - a[axis]) + 2 * s * t * (c[axis] - b[axis]) + t * t * (d[axis] - c[axis]);
  return {
    point: [position(0), position(1)],
    degrees: (Math.atan2(direction(1), direction(0)) * 180) / Math.PI,
  };
}
