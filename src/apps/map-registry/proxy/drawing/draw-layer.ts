import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { LayerDrawing, MapWindow } from '../../sources/map-source.ts';
import type { MapPictures } from '../fetching/map-pictures.ts';
import { drawMap } from './draw-map.ts';
import { drawTiles } from './draw-tiles.ts';
import { joinParts, worldParts } from './world-parts.ts';

/**
 * Draws a map of a layer, from whatever its server has. The window may go beyond the world.
 *
 * @throws {OutsideRequestError}
 * @throws {PictureError}
 * @throws {HostBusyError}
 * @throws {TilesError}
 */
export async function drawLayer(
  drawing: LayerDrawing,
  window: MapWindow,
  pictures: MapPictures,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  const parts = worldParts(window);
  const drawn = await Promise.all(
    parts.map((part) =>
      drawing.kind === 'map'
        ? drawMap(drawing, part.window, pictures, signal)
        : drawTiles(drawing, part.window, pictures, signal),
    ),
  );
  return joinParts(window, parts, drawn);
}
