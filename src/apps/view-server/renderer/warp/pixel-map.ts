/**
 * From the pixels of a picture to those of an image. Both have their origin at the left upper corner of the left upper pixel; the
 * middle of that pixel is at 0.5, 0.5.
 */
export interface PixelMap {
  /** Fills in where the middles of the pixels of a row are in the image. `NaN`: nowhere. */
  fillRow(row: number, columns: Float64Array, rows: Float64Array): void;
}

/** A function of one axis, for systems whose axes do not depend on each other. */
export type AxisFunction = (position: number) => number;

/** Places a point of a picture in an image. Coordinates that are not finite mean that it has no place. */
export type PlacePoint = (x: number, y: number) => readonly [column: number, row: number];

/** The distance of the points that are placed exactly, in pixels; those between are interpolated. */
const GRID_STEP_PIXELS = 16;

/** Maps each axis by itself, exactly. */
export function axisPixelMap(columnOf: AxisFunction, rowOf: AxisFunction, widthPixels: number): PixelMap {
  const mapped = Float64Array.from({ length: widthPixels }, (_, x) => columnOf(x + 0.5));
  return {
    fillRow(row, columns, rows) {
      columns.set(mapped);
      rows.fill(rowOf(row + 0.5));
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

/** Returns the pixels of an image that a picture needs for bilinear sampling; `undefined` if it needs none. */
export function windowOf(map: PixelMap, picture: PixelSize, image: PixelSize): PixelWindow | undefined {
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
  if (minColumn > maxColumn) return undefined;
  const left = Math.max(0, Math.floor(minColumn - 0.5));
  const top = Math.max(0, Math.floor(minRow - 0.5));
  const right = Math.min(image.widthPixels, Math.floor(maxColumn - 0.5) + 2);
  const bottom = Math.min(image.heightPixels, Math.floor(maxRow - 0.5) + 2);
  return { left, top, widthPixels: right - left, heightPixels: bottom - top };
}
