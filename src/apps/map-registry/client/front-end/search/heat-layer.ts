import ImageLayer from 'ol/layer/Image.js';
import { fromLonLat } from 'ol/proj.js';
import ImageCanvas from 'ol/source/ImageCanvas.js';
import type { HeatGrid } from './search-api.ts';

/** The colours of few layers, and of many: red, green, blue, and how opaque. */
type Ramp = readonly (readonly [number, number, number, number])[];

const LIGHT_RAMP: Ramp = [
  [96, 178, 175, 0],
  [96, 178, 175, 90],
  [45, 140, 140, 150],
  [233, 176, 74, 190],
  [222, 92, 56, 215],
];

const DARK_RAMP: Ramp = [
  [38, 84, 124, 0],
  [42, 110, 140, 110],
  [38, 166, 154, 165],
  [244, 186, 92, 205],
  [255, 236, 190, 235],
];

/** Latitudes beyond are outside of the map. */
const MOST_LATITUDE = 85;

/** The side of the blot that is drawn for a cell, in cells. */
const BLOT_CELLS = 2.6;

/** A blot is never smaller, as the cells of a large map are. */
const LEAST_BLOT_PIXELS = 14;

interface HeatCell {
  /** The centre, in metres. */
  readonly x: number;
  readonly y: number;
  readonly widthMetres: number;
  /** From 0 to 1. */
  readonly weight: number;
}

/** A layer of the map that glows where many layers are. */
export class HeatLayer {
  readonly layer: ImageLayer<ImageCanvas>;
  readonly #source: ImageCanvas;
  readonly #blot = makeBlot();
  readonly #colours: Uint8ClampedArray;
  #cells: readonly HeatCell[] = [];

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
    this.#cells = grid ? cellsOf(grid) : [];
    this.#source.changed();
  }

  #draw(extent: readonly number[], size: readonly number[]): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const [width = 1, height = 1] = size.map((each) => Math.max(1, Math.round(each)));
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const [west = 0, south = 0, east = 1, north = 1] = extent;
    if (!context || this.#cells.length === 0) return canvas;
    const scale = width / (east - west);
    for (const { x, y, widthMetres, weight } of this.#cells) {
      const side = Math.max(widthMetres * scale * BLOT_CELLS, LEAST_BLOT_PIXELS);
      const [left, top] = [
        (x - west) * scale - side / 2,
        ((north - y) / (north - south)) * height - side / 2,
      ];
      if (left > width || top > height || left + side < 0 || top + side < 0) continue;
      context.globalAlpha = weight;
      context.drawImage(this.#blot, left, top, side, side);
    }
    this.#colour(context, width, height);
    return canvas;
  }

  /** What was drawn is how much is where: each pixel gets the colour of that. */
  #colour(context: CanvasRenderingContext2D, width: number, height: number): void {
    const picture = context.getImageData(0, 0, width, height);
    const { data } = picture;
    for (let at = 0; at < data.length; at += 4) {
      const from = (data[at + 3] ?? 0) * 4;
      for (let part = 0; part < 4; part += 1) data[at + part] = this.#colours[from + part] ?? 0;
    }
    context.putImageData(picture, 0, 0);
  }
}

function cellsOf({ columns, rows, minX, maxX, minY, maxY, counts_ints2D }: HeatGrid): readonly HeatCell[] {
  const counts = counts_ints2D ?? [];
  const most = counts.reduce((highest, row) => Math.max(highest, ...(row ?? [])), 0);
  const [width, height] = [(maxX - minX) / columns, (maxY - minY) / rows];
  const cells: HeatCell[] = [];
  for (const [row, ofRow] of counts.entries()) {
    for (const [column, count] of (ofRow ?? []).entries()) {
      const latitude = maxY - (row + 0.5) * height;
      if (count === 0 || Math.abs(latitude) > MOST_LATITUDE) continue;
      const longitude = minX + (column + 0.5) * width;
      const [x = 0, y = 0] = fromLonLat([longitude, latitude]);
      const [edge = 0] = fromLonLat([longitude + width, latitude]);
      // Counts differ by powers of ten.
      cells.push({
        x,
        y,
        widthMetres: edge - x,
        weight: 0.12 + 0.68 * (Math.log1p(count) / Math.log1p(most)),
      });
    }
  }
  return cells;
}

/** A round spot that fades to its edge. */
function makeBlot(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 64;
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  const fade = context.createRadialGradient(32, 32, 0, 32, 32, 32);
  fade.addColorStop(0, 'rgba(0, 0, 0, 0.7)');
  fade.addColorStop(0.5, 'rgba(0, 0, 0, 0.28)');
  fade.addColorStop(1, 'rgba(0, 0, 0, 0)');
  context.fillStyle = fade;
  context.fillRect(0, 0, 64, 64);
  return canvas;
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
