import { tidyTiles } from '../../../map-kit/tile-cache/tidy-tiles.ts';
import type { TaskContext } from '../../../queue/index.ts';
import { viewServerSettings } from '../settings.ts';
import { openTileObjects, TILE_SCHEMA } from '../tiles/collection-tiles.ts';

/** Removes tiles that have expired or are over the limit, and objects that no tile has any more. Returns how many objects there were. */
export async function tidy(_args: object, { platform, signal }: TaskContext): Promise<number> {
  const { maximumTiles } = platform.settingsOf(viewServerSettings).tiles;
  const { objects } = await tidyTiles(platform.database, {
    schema: TILE_SCHEMA,
    openObjects: (collection) => openTileObjects(platform, collection),
    maximumTiles,
    signal,
  });
  return objects;
}
