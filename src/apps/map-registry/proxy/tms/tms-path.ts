import { sizeOfLevel, type TileGrid } from '../../../../map-kit/tile-grids/tile-grid.ts';
import {
  decodePathPart,
  placeOfCall,
  type TileCall,
  type TilePlace,
  unknownPart,
} from '../../../../map-kit/wmts/tile-call.ts';
import { LAYER_GRIDS } from '../layer-grids.ts';
import { callOfTilePath } from '../wmts/tile-path.ts';

/** What a path below `/tms` names. */
export type TmsCall =
  | { readonly kind: 'service' }
  | { readonly kind: 'map'; readonly layer: string; readonly grid: TileGrid }
  | { readonly kind: 'tile'; readonly tile: TileCall };

/**
 * Reads a path of TMS: empty or `1.0.0`, `1.0.0/name/grid`, or `1.0.0/name/grid/z/x/y.png`.
 *
 * @returns `undefined` if it is none of them.
 * @throws {OgcError}
 */
export function readTmsPath(path: string): TmsCall | undefined {
  if (path === '' || path === '1.0.0') return { kind: 'service' };
  if (!path.startsWith('1.0.0/')) return undefined;
  const below = path.slice('1.0.0/'.length);
  const tile = callOfTilePath(below);
  if (tile) return { kind: 'tile', tile };
  const [layer, gridName, ...more] = below.split('/').map(decodePathPart);
  if (layer === undefined || gridName === undefined || more.length > 0) return undefined;
  const grid = LAYER_GRIDS.find(({ name }) => name === gridName);
  if (!grid) throw unknownPart('TileMap', gridName, 404);
  return { kind: 'map', layer, grid };
}

/** Finds out which tile is meant: TMS counts rows from the south. @throws {OgcError} */
export function placeOfTmsCall(call: TileCall): TilePlace {
  const { grid, index } = placeOfCall(call, LAYER_GRIDS);
  return { grid, index: { ...index, y: sizeOfLevel(grid, index.z).rows - 1 - index.y } };
}
