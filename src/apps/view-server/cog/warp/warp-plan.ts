import { UnreadableImageError } from '../cog-engine.ts';
import type { PixelTransform, RasterDescription } from '../cog-reader.ts';
import {
  isGeographic,
  type OtherProjections,
  type PointTransform,
  transformBetween,
  UnknownProjectionError,
} from '../projections.ts';
import { notUnderstood } from '../unreadable-image.ts';

/** Where the pixels of the target are, and where each lies in the source. */
export interface WarpPlan {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly srs: string;
  readonly isGeographic: boolean;
  /** North is up. */
  readonly transform: PixelTransform;
  /** Whether target and source have the same pixels, so that nothing has to be resampled. */
  readonly isCopy: boolean;
  /** From a place in the target to one in the source, both in pixels. */
  readonly toSource: PointTransform;
  /** Target pixels for a source pixel; below 1 the target is coarser. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** At how many places of each edge the extent of an image is looked for. */
const EDGE_STEPS = 100;

/** A target may need more pixels than its source, as a long one that lies askew does. */
const MAXIMUM_GROWTH = 16;
const ALWAYS_ALLOWED_PIXELS = 16_000_000;

/**
 * Lays the pixels of a target out as gdalwarp does: the box of the image, and square pixels, as many
 * on the diagonal of the image as before. An image that is in the target's system with north up keeps its pixels.
 *
 * @throws {UnreadableImageError}
 */
export function planWarp(
  source: RasterDescription,
  targetSrs: string | undefined,
  projections: OtherProjections,
): WarpPlan {
  const srs = targetSrs ?? source.srs;
  const { a, b, d, e } = source.transform;
  if (srs === source.srs && b === 0 && d === 0 && a > 0 && e < 0) {
    return {
      widthPixels: source.widthPixels,
      heightPixels: source.heightPixels,
      srs,
      isGeographic: understood(() => isGeographicOr(srs, projections)),
      transform: source.transform,
      isCopy: true,
      toSource: (x, y) => [x, y],
      scaleX: 1,
      scaleY: 1,
    };
  }
  const toTarget = understood(() => transformBetween(source.srs, srs, projections));
  const toSourceSrs = understood(() => transformBetween(srs, source.srs, projections));
  const targetIsGeographic = understood(() => isGeographic(srs, projections));
  const { widthPixels, heightPixels, transform } = layOut(source, toTarget, targetIsGeographic);
  const fromSource = invert(source.transform);
  return {
    widthPixels,
    heightPixels,
    srs,
    isGeographic: targetIsGeographic,
    transform,
    isCopy: false,
    toSource: (column, row) => {
      const point = toSourceSrs(transform.a * column + transform.c, transform.e * row + transform.f);
      return point && apply(fromSource, point[0], point[1]);
    },
    scaleX: widthPixels / source.widthPixels,
    scaleY: heightPixels / source.heightPixels,
  };
}

type Layout = Pick<WarpPlan, 'widthPixels' | 'heightPixels' | 'transform'>;

function layOut(source: RasterDescription, toTarget: PointTransform, targetIsGeographic: boolean): Layout {
  const { widthPixels: sourceWidth, heightPixels: sourceHeight } = source;
  const project = (column: number, row: number) => toTarget(...apply(source.transform, column, row));
  const edge = edgePoints(sourceWidth, sourceHeight).flatMap(([column, row]) => {
    const point = project(column, row);
    return point ? [point] : [];
  });
  if (edge.length === 0) {
    throw new UnreadableImageError('No part of the image lies in the target reference system.');
  }
  // An image on both sides of the antimeridian lies to the east of it as a whole.
  const isSplit = targetIsGeographic && extentOf(edge, 0).size > 180;
  const points = isSplit ? edge.map(([x, y]) => [x < 0 ? x + 360 : x, y] as const) : edge;
  const xs = extentOf(points, 0);
  const ys = extentOf(points, 1);
  const pixelSize = pixelSizeOf(points, xs.size, ys.size, Math.hypot(sourceWidth, sourceHeight));
  const widthPixels = Math.max(1, Math.floor(xs.size / pixelSize + 0.5));
  const heightPixels = Math.max(1, Math.floor(ys.size / pixelSize + 0.5));
  const pixelCount = widthPixels * heightPixels;
  if (!(pixelCount <= Math.max(ALWAYS_ALLOWED_PIXELS, MAXIMUM_GROWTH * sourceWidth * sourceHeight))) {
    throw new UnreadableImageError(
      `In the target reference system the image would have ${widthPixels} × ${heightPixels} pixels.`,
    );
  }
  return {
    widthPixels,
    heightPixels,
    transform: { a: pixelSize, b: 0, c: xs.lowest, d: 0, e: -pixelSize, f: ys.highest },
  };
}

/** Points of all four edges; the left upper corner comes first, and the right lower one last. */
function edgePoints(width: number, height: number): (readonly [column: number, row: number])[] {
  const steps = Array.from({ length: EDGE_STEPS + 1 }, (_, step) => step / EDGE_STEPS);
  return [
    ...steps.map((share) => [share * width, 0] as const),
    ...steps.map((share) => [0, share * height] as const),
    ...steps.map((share) => [share * width, height] as const),
    ...steps.map((share) => [width, share * height] as const),
  ];
}

function pixelSizeOf(
  points: readonly (readonly [number, number])[],
  sizeX: number,
  sizeY: number,
  diagonalPixels: number,
): number {
  const [first] = points;
  const last = points.at(-1);
  const diagonal = first && last ? Math.hypot(last[0] - first[0], last[1] - first[1]) : 0;
  const pixelSize = (diagonal || Math.hypot(sizeX, sizeY)) / diagonalPixels;
  if (!(pixelSize > 0))
    throw new UnreadableImageError('The image has no area in the target reference system.');
  return pixelSize;
}

function extentOf(points: readonly (readonly [number, number])[], axis: 0 | 1) {
  const values = points.map((point) => point[axis]);
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  return { lowest, highest, size: highest - lowest };
}

function apply(transform: PixelTransform, x: number, y: number): [number, number] {
  const { a, b, c, d, e, f } = transform;
  return [a * x + b * y + c, d * x + e * y + f];
}

function invert({ a, b, c, d, e, f }: PixelTransform): PixelTransform {
  const area = a * e - b * d;
  return {
    a: e / area,
    b: -b / area,
    c: (b * f - c * e) / area,
    d: -d / area,
    e: a / area,
    f: (c * d - a * f) / area,
  };
}

/** A system that is only passed on need not be known; its keys are then those of a projected one. */
function isGeographicOr(srs: string, projections: OtherProjections): boolean {
  const code = Number(/^EPSG:(\d+)$/.exec(srs)?.[1] ?? 0);
  // Codes of geographic systems of EPSG are from 4000 to 4999, but for some projected ones that must be known.
  return code >= 4000 && code < 5000 ? isGeographic(srs, projections) : false;
}

function understood<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnknownProjectionError) throw notUnderstood(error.message.replace(/\.$/, ','));
    throw error;
  }
}
