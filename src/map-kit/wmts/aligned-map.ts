import type { OgcRequest } from '../ogc-request.ts';
import type { Colour, PictureFormat } from '../picture-encoding.ts';
import { TILE_PIXELS, type TileGrid, tileOfBox } from '../tile-grids/tile-grid.ts';
import type { TimeInterval } from '../time-parameter.ts';
import {
  checkStyles,
  readLayers,
  readPictureStyle,
  readPlace,
  readTimeParameter,
} from '../wms/map-parameters.ts';
import type { TilePlace } from './tile-call.ts';

/** A map of WMS that is a tile. */
export interface AlignedMap extends TilePlace {
  readonly interval: TimeInterval | undefined;
  readonly format: PictureFormat;
}

/**
 * Returns the tile that a map of WMS is: one time, one tile of a grid, and a background that tiles have.
 *
 * @param isLayer whether the map's only layer has tiles.
 * @returns `undefined` if the map has to be drawn.
 * @throws {OgcError}
 */
export function tileOfMap(
  parameters: OgcRequest,
  grids: readonly TileGrid[],
  isLayer: (name: string) => boolean,
): AlignedMap | undefined {
  const version = parameters.find('version');
  if (version !== '1.1.1' && version !== '1.3.0') return undefined;
  const [name = '', ...others] = readLayers(parameters, 'layers');
  const times = readTimeParameter(parameters);
  if (!isLayer(name) || others.length > 0 || times.length > 1) return undefined;
  checkStyles(parameters, 1);
  const { format, background } = readPictureStyle(parameters);
  if (!(format === 'jpeg' ? isWhite(background) : background === undefined)) return undefined;
  if (parameters.find('width') !== String(TILE_PIXELS) || parameters.find('height') !== String(TILE_PIXELS)) {
    return undefined;
  }
  const { crs, box } = readPlace(parameters, version, TILE_PIXELS);
  const grid = grids.find(({ srs }) => srs === crs.srs);
  const index = grid && tileOfBox(grid, box);
  return grid && index && { grid, index, interval: times[0], format };
}

function isWhite(colour: Colour | undefined): boolean {
  return colour !== undefined && [colour.red, colour.green, colour.blue].every((part) => part === 255);
}
