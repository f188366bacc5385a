import type { Colour } from '../../../../map-kit/picture-encoding.ts';
import { TILE_GRIDS, TILE_PIXELS, tileOfBox } from '../../../../map-kit/tile-grids/tile-grid.ts';
import type { LayerTile } from '../../tiles/collection-tiles.ts';
import type { TileLayer } from '../../tiles/tile-layers.ts';
import type { OwsCall } from '../ows-service.ts';
import {
  checkStyles,
  readLayers,
  readPictureStyle,
  readPlace,
  readTimeParameter,
} from '../wms/map-parameters.ts';

/**
 * Returns the tile that a map of WMS is: one layer, one time, one tile of a grid, and a background that tiles have.
 *
 * @returns `undefined` if the map has to be drawn.
 * @throws {OgcError}
 */
export function tileOfMap({ parameters }: OwsCall, layers: readonly TileLayer[]): LayerTile | undefined {
  const version = parameters.find('version');
  if (version !== '1.1.1' && version !== '1.3.0') return undefined;
  const names = readLayers(parameters, 'layers');
  const layer = layers.find(({ name }) => name === names[0]);
  const times = readTimeParameter(parameters);
  if (!layer || names.length > 1 || times.length > 1) return undefined;
  checkStyles(parameters, 1);
  const { format, background } = readPictureStyle(parameters);
  if (!(format === 'jpeg' ? isWhite(background) : background === undefined)) return undefined;
  if (parameters.find('width') !== String(TILE_PIXELS) || parameters.find('height') !== String(TILE_PIXELS)) {
    return undefined;
  }
  const { crs, box } = readPlace(parameters, version, TILE_PIXELS);
  const grid = TILE_GRIDS.find(({ srs }) => srs === crs.srs);
  if (!grid) return undefined;
  const index = tileOfBox(grid, box);
  return index && { layer, grid, index, interval: times[0], format };
}

function isWhite(colour: Colour | undefined): boolean {
  return colour !== undefined && [colour.red, colour.green, colour.blue].every((part) => part === 255);
}
