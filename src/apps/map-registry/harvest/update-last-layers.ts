import type { TaskHandler } from '../../../queue/index.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { OutsideRequestError } from '../fetching/outside-client.ts';
import type { LastLayersArguments } from '../registry-tasks.ts';
import { SourceError } from '../sources/map-source.ts';
import { type HarvestContext, harvestService } from './harvest-service.ts';

/** Layers that are read where the arguments do not say how many. */
const DEFAULT_LAYERS = 10;

/**
 * Makes the function that reads the newest layers of a WorldMap, and which of them were deleted, without reading all of it.
 * It returns how many are new or have changed. A server that does not reply is logged, and no failure of the task.
 */
export function updateLastLayersHandler(
  sourceOf: HarvestContext['sourceOf'],
): TaskHandler<LastLayersArguments, number> {
  return async ({ serviceId, layerCount = DEFAULT_LAYERS }, { platform, signal, logger }) => {
    const client = openTaskClient(platform);
    try {
      const context = { client, signal, sourceOf, newestLayers: layerCount };
      const outcome = await harvestService(platform, serviceId, context);
      return outcome?.changedCount ?? 0;
    } catch (error) {
      if (!(error instanceof SourceError || error instanceof OutsideRequestError)) throw error;
      logger.warn({ serviceId, reason: error.message }, 'the newest layers of a service could not be read');
      return 0;
    } finally {
      await client.close();
    }
  };
}
