import type { Box } from '../../../../../map-kit/box.ts';
import { type Srs, WORLD } from '../../../../../map-kit/crs.ts';
import {
  boxOfTile,
  GOOGLE_MAPS_COMPATIBLE,
  hasTile,
  TILE_PIXELS,
} from '../../../../../map-kit/tile-grids/tile-grid.ts';
import { drawMap, MAXIMUM_SIDE_PIXELS } from '../drawing/draw-map.ts';
import type { StandInReply } from '../stand-in-kind.ts';
import type { StandInLayer } from '../stand-in-layer.ts';

/** Codes of the systems that stand-ins draw in. */
const SYSTEMS: Readonly<Record<string, Srs>> = {
  'EPSG:4326': 'EPSG:4326',
  'CRS:84': 'EPSG:4326',
  '4326': 'EPSG:4326',
  'EPSG:3857': 'EPSG:3857',
  'EPSG:900913': 'EPSG:3857',
  '3857': 'EPSG:3857',
  '102100': 'EPSG:3857',
};

/** Returns the system of a code; `undefined` where stand-ins do not draw in it. */
export function systemOf(code: string | undefined): Srs | undefined {
  return SYSTEMS[code ?? ''];
}

/** Reads `1,2,3,4`; `undefined` where it is no box. @param isNorthFirst whether the axes are north and east. */
export function boxOf(text: string | undefined, isNorthFirst = false): Box | undefined {
  const numbers = (text ?? '').split(',').map(Number);
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = numbers;
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return undefined;
  const box = isNorthFirst ? { minX: b, minY: a, maxX: d, maxY: c } : { minX: a, minY: b, maxX: c, maxY: d };
  return box.minX < box.maxX && box.minY < box.maxY ? box : undefined;
}

/** Reads the pixels of a side; `undefined` where they are none, or too many. */
export function pixelsOf(text: string | undefined): number | undefined {
  const pixels = Number(text);
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= MAXIMUM_SIDE_PIXELS ? pixels : undefined;
}

/** A map that is asked for. */
export interface AskedMap {
  readonly box: Box;
  readonly srs: Srs;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly format: string | undefined;
}

/** Replies with a map of a layer. */
export async function mapReply(layer: StandInLayer, { format, ...asked }: AskedMap): Promise<StandInReply> {
  const type = format?.startsWith('image/jp') ? 'image/jpeg' : 'image/png';
  return { type, body: await drawMap({ ...asked, theme: layer.theme, within: layer.box, format: type }) };
}

/** Replies with a tile of web Mercator; `undefined` where there is no such tile. Rows are counted from the north. */
export async function tileReply(
  layer: StandInLayer,
  tile: { readonly z: number; readonly x: number; readonly y: number },
): Promise<StandInReply | undefined> {
  if (!hasTile(GOOGLE_MAPS_COMPATIBLE, tile)) return undefined;
  return mapReply(layer, {
    box: boxOfTile(GOOGLE_MAPS_COMPATIBLE, tile),
    srs: GOOGLE_MAPS_COMPATIBLE.srs,
    widthPixels: TILE_PIXELS,
    heightPixels: TILE_PIXELS,
    format: 'image/png',
  });
}

/** The box of web Mercator. */
export const MERCATOR_WORLD = WORLD['EPSG:3857'];
