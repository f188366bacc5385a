import type { Box } from '../../../map-kit/box.ts';

/** The finest level; a cell is 38 metres high. */
export const FINEST_GRID_LEVEL = 20;

/** The part of a grid that a heat map shows. Cells are counted from the west and from the north; both ends belong to it. */
export interface GridWindow {
  /** From 1: the world has 2^level columns and half as many rows. */
  readonly level: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** A heat map: how many layers each cell has. */
export interface HeatMap {
  readonly window: GridWindow;
  /** From the north. */
  readonly rows: readonly (readonly number[])[];
}

/**
 * How many boxes have a corner in a cell. From the corners of all boxes follows what each cell has, however many cells a box
 * covers: that is one sum over rows and columns.
 */
export interface CornerCount {
  /** 0 the north-western one, 1 the north-eastern, 2 the south-western, 3 the south-eastern. */
  readonly corner: number;
  readonly column: number;
  readonly row: number;
  readonly count: number;
}

/** Returns the degrees of a cell's side. */
export function cellDegrees(level: number): number {
  return 360 / 2 ** level;
}

/** Returns the cells that a box meets. */
export function gridWindow(level: number, { minX, minY, maxX, maxY }: Box): GridWindow {
  return {
    level,
    firstColumn: columnOf(level, minX),
    lastColumn: columnOf(level, maxX),
    firstRow: rowOf(level, maxY),
    lastRow: rowOf(level, minY),
  };
}

/** Returns how many cells a window has. */
export function cellCount({ firstColumn, lastColumn, firstRow, lastRow }: GridWindow): number {
  return (lastColumn - firstColumn + 1) * (lastRow - firstRow + 1);
}

/** Returns what a window covers, in degrees. */
export function windowBox({ level, firstColumn, lastColumn, firstRow, lastRow }: GridWindow): Box {
  const degrees = cellDegrees(level);
  return {
    minX: -180 + firstColumn * degrees,
    maxX: -180 + (lastColumn + 1) * degrees,
    minY: 90 - (lastRow + 1) * degrees,
    maxY: 90 - firstRow * degrees,
  };
}

/** Returns the corners of a box as cells, in the order of {@link CornerCount}. */
export function cornersOf(level: number, box: Box): readonly CornerCount[] {
  const { firstColumn, lastColumn, firstRow, lastRow } = gridWindow(level, box);
  return [
    { corner: 0, column: firstColumn, row: firstRow, count: 1 },
    { corner: 1, column: lastColumn, row: firstRow, count: 1 },
    { corner: 2, column: firstColumn, row: lastRow, count: 1 },
    { corner: 3, column: lastColumn, row: lastRow, count: 1 },
  ];
}

/** Returns the number of a corner of a level. */
export function packCorner(level: number, { corner, column, row }: Omit<CornerCount, 'count'>): number {
  return (corner * 2 ** (level - 1) + row) * 2 ** level + column;
}

/** Returns the corner that {@link packCorner} made the number of. */
export function unpackCorner(level: number, packed: number): Omit<CornerCount, 'count'> {
  const columns = 2 ** level;
  const rows = 2 ** (level - 1);
  const line = Math.floor(packed / columns);
  const corner = Math.floor(line / rows);
  return { corner, column: packed - line * columns, row: line - corner * rows };
}

/**
 * Makes a heat map of the corners of boxes.
 *
 * @param level of the corners: that of the window, or a finer one.
 */
export function heatMapOf(window: GridWindow, level: number, corners: Iterable<CornerCount>): HeatMap {
  const scale = 2 ** (level - window.level);
  const columns = window.lastColumn - window.firstColumn + 1;
  const rows = window.lastRow - window.firstRow + 1;
  const sums = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (const { corner, column, row, count } of corners) {
    const isEast = corner % 2 === 1;
    const isSouth = corner >= 2;
    // A box begins at its western and northern corner, and ends behind its eastern and southern one.
    const x = Math.max(Math.floor(column / scale) + (isEast ? 1 : 0) - window.firstColumn, 0);
    const y = Math.max(Math.floor(row / scale) + (isSouth ? 1 : 0) - window.firstRow, 0);
    const line = sums[y];
    if (line?.[x] !== undefined) line[x] += isEast === isSouth ? count : -count;
  }
  addUp(sums);
  return { window, rows: sums };
}

/** Makes of each cell the sum of all cells to the north and to the west of it. */
function addUp(sums: number[][]): void {
  let above: readonly number[] = [];
  for (const line of sums) {
    let left = 0;
    for (const [x, value] of line.entries()) {
      left += value;
      line[x] = left + (above[x] ?? 0);
    }
    above = line;
  }
}

function columnOf(level: number, longitude: number): number {
  return within(Math.floor((longitude + 180) / cellDegrees(level)), 2 ** level);
}

function rowOf(level: number, latitude: number): number {
  return within(Math.floor((90 - latitude) / cellDegrees(level)), 2 ** (level - 1));
}

function within(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
