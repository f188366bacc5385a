import { tidyTiles } from '../../../map-kit/tile-cache/tidy-tiles.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments } from '../registry-tasks.ts';
import { mapRegistrySettings } from '../settings.ts';
import { TILE_SCHEMA } from '../storage/tile-schema.ts';
import { openTileObjects } from './tile-objects.ts';

/** Removes tiles that have expired or are over the limit, and objects that no tile has any more. The result is how many objects. */
export function tidyTilesHandler(): TaskHandler<NoArguments, number> {
  return async (_args, { platform, signal }) => {
    const objects = openTileObjects(platform);
    const tidied = await tidyTiles(platform.database, {
      schema: TILE_SCHEMA,
      openObjects: async () => objects,
      maximumTiles: platform.settingsOf(mapRegistrySettings).proxy.maximumTiles,
      signal,
    });
    return tidied.objects;
  };
}
