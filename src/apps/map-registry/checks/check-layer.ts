import type { TaskHandler } from '../../../queue/index.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { findLayer } from '../layers/stored-layers.ts';
import { findService } from '../layers/stored-services.ts';
import type { LayerArguments } from '../registry-tasks.ts';
import type { SourceOf } from './check-service.ts';
import { isCounted } from './counted-tasks.ts';
import { takeLayerPicture } from './layer-picture.ts';
import { storeLayerCheck } from './store-check.ts';
import { storeThumbnail } from './thumbnails.ts';

/**
 * Makes the function that checks a layer: it fetches a picture, and stores whether it came. A server that does not reply is a
 * result of the check, and no failure of the task.
 */
export function checkLayerHandler(sourceOf: SourceOf): TaskHandler<LayerArguments, null> {
  return async ({ layerId }, { platform, signal, taskId }) => {
    const { database } = platform;
    const layer = await findLayer(database, layerId);
    if (!layer?.isMonitored || !layer.isActive || layer.wasDeleted) return null;
    if (await isCounted(database, taskId)) return null;
    const service = await findService(database, layer.serviceId);
    if (!service) return null;
    const client = openTaskClient(platform);
    try {
      const picture = await takeLayerPicture(layer, sourceOf(service.type), { client, signal });
      const key = picture.thumbnail && (await storeThumbnail(platform, layer, picture.thumbnail, signal));
      await database.transaction((transaction) =>
        storeLayerCheck(transaction, layerId, { ...picture, taskId }, key),
      );
    } finally {
      await client.close();
    }
    return null;
  };
}
