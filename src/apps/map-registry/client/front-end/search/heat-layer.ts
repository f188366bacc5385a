import ImageLayer from 'ol/layer/Image.js';
import { fromLonLat, toLonLat } from 'ol/proj.js';
import ImageCanvas from 'ol/source/ImageCanvas.js';
import type { HeatGrid } from './search-api.ts';

/** The colours of few layers, and of many: red, green, blue, and how opaque. */
type Ramp = readonly (readonly [number, number, number, number])[];

const LIGHT_RAMP: Ramp = [
  [120, 196, 190, 0],
  [96, 182, 178, 95],
  [38, 138, 140, 150],
  [233, 176, 74, 185],
  [222, 92, 56, 210],
];

const DARK_RAMP: Ramp = [
  [30, 80, 110, 0],
  [38, 112, 140, 120],
  [38, 166, 154, 165],
  [244, 186, 92, 200],
  [255, 236, 190, 230],
];

/** Pixels of a cell in between, so that cells fade into each other. */
const FINER = 8;

/** How hot a map is that has as much everywhere, of 255. */
const EVEN_DEGREE = 60;

/** The longitude 180 in EPSG:3857. */
const [EDGE_METRES = 0] = fromLonLat([180, 0]);

/** What this share of the map has, or less, is not coloured: layers of the whole world say nothing about a place. */
const PLAIN_SHARE = 0.35;

/** A layer of the map that glows where many layers are. */
export class HeatLayer {
  readonly layer: ImageLayer<ImageCanvas>;
  readonly #source: ImageCanvas;
  readonly #colours: Uint8ClampedArray;
  #grid: HeatGrid | undefined;
  #degrees: HTMLCanvasElement | undefined;

  constructor(isDark: boolean) {
    this.#colours = paletteOf(isDark ? DARK_RAMP : LIGHT_RAMP);
    this.#source = new ImageCanvas({
      projection: 'EPSG:3857',
      ratio: 1.2,
      canvasFunction: (extent, _resolution, _pixelRatio, size) => this.#draw(extent, size),
    });
    this.layer = new ImageLayer({ source: this.#source });
  }

  /** Shows other counts. */
  show(grid: HeatGrid | undefined): void {
    this.#grid = grid;
    this.#degrees = grid && this.#drawDegrees(grid);
    this.#source.changed();
  }

  /** The grid as a picture in longitude and latitude, smooth and coloured. */
  #drawDegrees({ columns, rows, counts_ints2D }: HeatGrid): HTMLCanvasElement {
    const cells = makeCanvas(columns, rows);
    const counts = counts_ints2D ?? [];
    const all = Array.from({ length: rows }, (_, row) => counts[row] ?? Array<number>(columns).fill(0));
    const sorted = all.flat().sort((one, other) => one - other);
    const most = sorted.at(-1) ?? 0;
    const least = sorted[Math.floor(sorted.length * PLAIN_SHARE)] ?? 0;
    const scale = Math.log1p(most - least);
    const picture = cells.context.createImageData(columns, rows);
    for (const [row, ofRow] of all.entries()) {
      for (const [column, count] of ofRow.entries()) {
        const above = Math.max(0, count - least);
        const degree = scale === 0 ? (most > 0 ? EVEN_DEGREE : 0) : (255 * Math.log1p(above)) / scale;
        picture.data[(row * columns + column) * 4 + 3] = degree;
      }
    }
    cells.context.putImageData(picture, 0, 0);
    const smooth = makeCanvas(columns * FINER, rows * FINER);
    smooth.context.imageSmoothingQuality = 'high';
    smooth.context.drawImage(cells.canvas, 0, 0, columns * FINER, rows * FINER);
    this.#colour(smooth.context, columns * FINER, rows * FINER);
    return smooth.canvas;
  }

  /** What was drawn is how many there are: each pixel gets the colour of that. */
  #colour(context: CanvasRenderingContext2D, width: number, height: number): void {
    const picture = context.getImageData(0, 0, width, height);
    const { data } = picture;
    for (let at = 0; at < data.length; at += 4) {
      const from = (data[at + 3] ?? 0) * 4;
      for (let part = 0; part < 4; part += 1) data[at + part] = this.#colours[from + part] ?? 0;
    }
    context.putImageData(picture, 0, 0);
  }

  /** Draws the map's own part, line by line, as latitudes are not evenly spaced there. */
  #draw(extent: readonly number[], size: readonly number[]): HTMLCanvasElement {
    const [width = 1, height = 1] = size.map((each) => Math.max(1, Math.round(each)));
    const { canvas, context } = makeCanvas(width, height);
    const [grid, degrees] = [this.#grid, this.#degrees];
    if (!grid || !degrees) return canvas;
    const [west = 0, south = 0, east = 1, north = 1] = extent;
    const { minX, maxX, minY, maxY } = grid;
    const x = (longitude: number) => (((longitude / 180) * EDGE_METRES - west) / (east - west)) * width;
    for (let line = 0; line < height; line += 1) {
      const [, latitude = 0] = toLonLat([0, north - ((line + 0.5) / height) * (north - south)]);
      const place = ((maxY - latitude) / (maxY - minY)) * degrees.height;
      if (place < 0 || place > degrees.height - 1) continue;
      context.drawImage(degrees, 0, place, degrees.width, 1, x(minX), line, x(maxX) - x(minX), 1);
    }
    return canvas;
  }
}

function makeCanvas(
  width: number,
  height: number,
): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot draw.');
  return { canvas, context };
}

/** The colours of 256 degrees of heat. */
function paletteOf(ramp: Ramp): Uint8ClampedArray {
  const palette = new Uint8ClampedArray(256 * 4);
  for (let degree = 0; degree < 256; degree += 1) {
    const place = (degree / 255) * (ramp.length - 1);
    const [low, high] = [ramp[Math.floor(place)], ramp[Math.ceil(place)]];
    for (let part = 0; part < 4; part += 1) {
      const [from, to] = [low?.[part] ?? 0, high?.[part] ?? 0];
      palette[degree * 4 + part] = from + (to - from) * (place % 1);
    }
  }
  return palette;
}
