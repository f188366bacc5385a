import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { TILE_GRIDS } from '../../../../map-kit/tile-grids/tile-grid.ts';
import type { TimeInterval } from '../../../../map-kit/time-parameter.ts';
import { placeOfCall, type TileCall, unknownPart } from '../../../../map-kit/wmts/tile-call.ts';
import type { LayerTile } from '../../tiles/collection-tiles.ts';
import type { TileLayer } from '../../tiles/tile-layers.ts';
import { readTime, TimeError } from '../../tiles/tile-time.ts';

/** Finds out which tile is meant. @throws {OgcError} `InvalidParameterValue`, `TileOutOfRange` */
export function resolveTile(call: TileCall, layers: readonly TileLayer[]): LayerTile {
  const layer = layers.find(({ name }) => name === call.layer);
  if (!layer) throw unknownPart('Layer', call.layer, call.unknownStatus);
  const place = placeOfCall(call, TILE_GRIDS);
  return { layer, ...place, interval: readInterval(call.time), format: call.format.format };
}

function readInterval(time: string | undefined): TimeInterval | undefined {
  try {
    return readTime(time);
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new OgcError('InvalidParameterValue', error.message, { locator: 'TIME', cause: error });
  }
}
