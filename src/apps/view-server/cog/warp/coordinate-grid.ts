import type { PointTransform } from '../projections.ts';

/** A part of the target, in pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the source is that a part of the target needs, in source pixels. */
export interface SourceExtent {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Places of the source at the crossings of a grid that lies over a part of the target. */
export interface CoordinateGrid {
  readonly part: Part;
  /** Target pixels between two crossings. */
  readonly stepPixels: number;
  readonly nodesAcross: number;
  /** Source column and row of each crossing, row by row; `NaN` if there is none. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** `undefined` if nothing of the part is in the source's reference system. */
  readonly extent: SourceExtent | undefined;
}

const WIDEST_STEP_PIXELS = 32;
/** Cells at the border of what can be projected are not cut any finer than this. */
const BORDER_STEP_PIXELS = 4;

/** How far a place between crossings may be off, in source pixels: the default of gdalwarp. */
const TOLERANCE_PIXELS = 0.125;

/** Projects as many places of a part as are needed for those between them to be right to an eighth of a pixel. */
export function makeCoordinateGrid(toSource: PointTransform, part: Part): CoordinateGrid {
  for (let stepPixels = WIDEST_STEP_PIXELS; ; stepPixels /= 2) {
    const grid = project(toSource, part, stepPixels);
    if (stepPixels === 1 || isFineEnough(toSource, grid)) return grid;
  }
}

function project(toSource: PointTransform, part: Part, stepPixels: number): CoordinateGrid {
  const nodesAcross = Math.ceil(part.width / stepPixels) + 1;
  const nodesDown = Math.ceil(part.height / stepPixels) + 1;
  const xs = new Float64Array(nodesAcross * nodesDown).fill(Number.NaN);
  const ys = new Float64Array(nodesAcross * nodesDown).fill(Number.NaN);
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let down = 0, at = 0; down < nodesDown; down += 1) {
    for (let across = 0; across < nodesAcross; across += 1, at += 1) {
      const point = toSource(part.left + across * stepPixels, part.top + down * stepPixels);
      if (!point) continue;
      const [x, y] = point;
      xs[at] = x;
      ys[at] = y;
      minX = Math.min(minX, x);
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
  }
  const extent = minX <= maxX ? { minX, minY, maxX, maxY } : undefined;
  return { part, stepPixels, nodesAcross, xs, ys, extent };
}

/** Compares the middle of each cell with what lies between its corners. */
function isFineEnough(toSource: PointTransform, grid: CoordinateGrid): boolean {
  const { part, stepPixels, nodesAcross, xs, ys } = grid;
  const cellsDown = xs.length / nodesAcross - 1;
  for (let down = 0; down < cellsDown; down += 1) {
    for (let across = 0; across < nodesAcross - 1; across += 1) {
      const at = down * nodesAcross + across;
      const x = middle(xs, at, nodesAcross);
      const y = middle(ys, at, nodesAcross);
      const exact = toSource(part.left + (across + 0.5) * stepPixels, part.top + (down + 0.5) * stepPixels);
      if (Number.isNaN(x)) {
        if (stepPixels > BORDER_STEP_PIXELS && (exact || hasCorner(xs, at, nodesAcross))) return false;
      } else if (!exact) {
        if (stepPixels > BORDER_STEP_PIXELS) return false;
      } else if (Math.abs(exact[0] - x) > TOLERANCE_PIXELS || Math.abs(exact[1] - y) > TOLERANCE_PIXELS) {
        return false;
      }
    }
  }
  return true;
}

function corners(nodes: Float64Array, at: number, nodesAcross: number): number[] {
  return [at, at + 1, at + nodesAcross, at + nodesAcross + 1].map((node) => nodes[node] ?? Number.NaN);
}

function middle(nodes: Float64Array, at: number, nodesAcross: number): number {
  return (
    ((nodes[at] ?? 0) +
      (nodes[at + 1] ?? 0) +
      (nodes[at + nodesAcross] ?? 0) +
      (nodes[at + nodesAcross + 1] ?? 0)) /
    4
  );
}

function hasCorner(nodes: Float64Array, at: number, nodesAcross: number): boolean {
  return corners(nodes, at, nodesAcross).some((value) => !Number.isNaN(value));
}
