/**
 * From the pixels of a picture to those of an image. Both have their origin at the left upper corner of the left upper pixel; the
 * middle of that pixel is at 0.5, 0.5.
 */
export interface PixelMap {
  /** Where the axes do not depend on each other: the columns of all pixels of a row, and the rows of all of a column. */
  readonly axes: PixelAxes | undefined;
  /** Fills in where the middles of the pixels of a row are in the image. `NaN`: nowhere. */
  fillRow(row: number, columns: Float64Array, rows: Float64Array): void;
}

/** Where the middles of the pixels of a picture are in an image, for each axis by itself. */
export interface PixelAxes {
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** A function of one axis, for systems whose axes do not depend on each other. */
export type AxisFunction = (position: number) => number;

/** Places a point of a picture in an image. Coordinates that are not finite mean that it has no place. */
export type PlacePoint = (x: number, y: number) => readonly [column: number, row: number];

/** The distance of the points that are placed exactly, in pixels; those between are interpolated. */
const GRID_STEP_PIXELS = 16;

/** Maps each axis by itself, exactly. */
export function axisPixelMap(columnOf: AxisFunction, rowOf: AxisFunction, picture: PixelSize): PixelMap {
  const axes: PixelAxes = {
    columns: Float64Array.from({ length: picture.widthPixels }, (_, x) => columnOf(x + 0.5)),
    rows: Float64Array.from({ length: picture.heightPixels }, (_, y) => rowOf(y + 0.5)),
  };
  return {
    axes,
    fillRow(row, columns, rows) {
      columns.set(axes.columns);
      rows.fill(axes.rows[row] ?? Number.NaN);
    },
  };
}

/** Maps the points of a grid, and interpolates between them. */
export function gridPixelMap(place: PlacePoint, widthPixels: number, heightPixels: number): PixelMap {
  const across = Math.ceil(widthPixels / GRID_STEP_PIXELS) + 1;
  const down = Math.ceil(heightPixels / GRID_STEP_PIXELS) + 1;
  const gridColumns = new Float64Array(across * down);
  const gridRows = new Float64Array(across * down);
  for (let index = 0; index < across * down; index += 1) {
    const x = (index % across) * GRID_STEP_PIXELS;
    const y = Math.floor(index / across) * GRID_STEP_PIXELS;
    const [column, row] = place(x, y);
    const isPlaced = Number.isFinite(column) && Number.isFinite(row);
    gridColumns[index] = isPlaced ? column : Number.NaN;
    gridRows[index] = isPlaced ? row : Number.NaN;
  }
  return {
    axes: undefined,
    fillRow(row, columns, rows) {
      fillFromGrid(gridColumns, across, row, columns);
      fillFromGrid(gridRows, across, row, rows);
    },
  };
}

function fillFromGrid(grid: Float64Array, across: number, row: number, target: Float64Array): void {
  const above = Math.floor(row / GRID_STEP_PIXELS) * across;
  const weight = ((row % GRID_STEP_PIXELS) + 0.5) / GRID_STEP_PIXELS;
  const at = (index: number) =>
    (grid[above + index] ?? 0) * (1 - weight) + (grid[above + across + index] ?? 0) * weight;
  for (let cell = 0; cell * GRID_STEP_PIXELS < target.length; cell += 1) {
    const left = at(cell);
    const step = (at(cell + 1) - left) / GRID_STEP_PIXELS;
    const start = cell * GRID_STEP_PIXELS;
    const end = Math.min(target.length, start + GRID_STEP_PIXELS);
    for (let x = start; x < end; x += 1) target[x] = left + step * (x - start + 0.5);
  }
}

/** The pixels of an image that a picture needs. */
export interface PixelWindow {
  readonly left: number;
  readonly top: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** A size in pixels. */
export interface PixelSize {
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** The least and the greatest of some positions in an image. */
interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Returns the pixels of an image that a picture needs for bilinear sampling; `undefined` if it needs none. */
export function windowOf(map: PixelMap, picture: PixelSize, image: PixelSize): PixelWindow | undefined {
  const { columns, rows } = map.axes ? extentsOfAxes(map.axes, image) : extentsOfRows(map, picture, image);
  if (columns.min > columns.max || rows.min > rows.max) return undefined;
  const left = Math.max(0, Math.floor(columns.min - 0.5));
  const top = Math.max(0, Math.floor(rows.min - 0.5));
  const right = Math.min(image.widthPixels, Math.floor(columns.max - 0.5) + 2);
  const bottom = Math.min(image.heightPixels, Math.floor(rows.max - 0.5) + 2);
  return { left, top, widthPixels: right - left, heightPixels: bottom - top };
}

function extentsOfAxes(axes: PixelAxes, image: PixelSize): { columns: Extent; rows: Extent } {
  return {
    columns: extentWithin(axes.columns, image.widthPixels),
    rows: extentWithin(axes.rows, image.heightPixels),
  };
}

function extentWithin(positions: Float64Array, sizePixels: number): Extent {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const position of positions) {
    if (!(position >= 0 && position < sizePixels)) continue;
    if (position < min) min = position;
    if (position > max) max = position;
  }
  return { min, max };
}

function extentsOfRows(
  map: PixelMap,
  picture: PixelSize,
  image: PixelSize,
): { columns: Extent; rows: Extent } {
  const columns = new Float64Array(picture.widthPixels);
  const rows = new Float64Array(picture.widthPixels);
  let minColumn = Number.POSITIVE_INFINITY;
  let maxColumn = Number.NEGATIVE_INFINITY;
  let minRow = Number.POSITIVE_INFINITY;
  let maxRow = Number.NEGATIVE_INFINITY;
  for (let y = 0; y < picture.heightPixels; y += 1) {
    map.fillRow(y, columns, rows);
    for (let x = 0; x < columns.length; x += 1) {
      const column = columns[x] ?? Number.NaN;
      const row = rows[x] ?? Number.NaN;
      if (column >= 0 && row >= 0 && column < image.widthPixels && row < image.heightPixels) {
        if (column < minColumn) minColumn = column;
        if (column > maxColumn) maxColumn = column;
        if (row < minRow) minRow = row;
        if (row > maxRow) maxRow = row;
      }
    }
  }
  return { columns: { min: minColumn, max: maxColumn }, rows: { min: minRow, max: maxRow } };
}
