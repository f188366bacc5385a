import { GOOGLE_MAPS_COMPATIBLE, type TileGrid, WGS84 } from '../../../map-kit/tile-grids/tile-grid.ts';

/** The grid of the tiles that the index names: web Mercator, under the name that the original registry gave it. */
export const DEFAULT_GRID: TileGrid = { ...GOOGLE_MAPS_COMPATIBLE, name: 'default_grid' };

/** The grids of the tiles of all layers. */
export const LAYER_GRIDS: readonly TileGrid[] = [DEFAULT_GRID, WGS84];
