import type { Platform } from '../../../platform/platform.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { type HarvestContext, type ReadHarvest, readHarvest } from '../harvest/harvest-service.ts';
import type { ServiceType } from '../layers/layer.ts';
import { findService, type ServiceDetails } from '../layers/stored-services.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { ServiceCheckArguments, TasksOf } from '../registry-tasks.ts';
import { mapRegistrySettings } from '../settings.ts';
import { type MapSource, SourceError } from '../sources/map-source.ts';
import { sourceSettingsOf } from '../sources/source-settings.ts';
import { type CheckResult, failureOf, OK } from './check-result.ts';
import { isCounted } from './counted-tasks.ts';
import { enqueueLayerChecks, type LayerChecks } from './enqueue-layer-checks.ts';
import { storeServiceCheck } from './store-check.ts';
import { TimedClient } from './timed-client.ts';

/** Returns the source of a type of services; `undefined` where there is none. */
export type SourceOf = (type: ServiceType) => MapSource | undefined;

/**
 * Makes the function that checks a service: it reads its description, and harvests it where the settings say so; it stores
 * whether that went well, and enqueues the checks of the layers, all in one transaction. A server that does not reply is a result of the check, and no
 * failure of the task.
 */
export function checkServiceHandler(
  tasksOf: TasksOf,
  sourceOf: SourceOf,
): TaskHandler<ServiceCheckArguments, null> {
  return async ({ serviceId, isRoutine = false }, context) => {
    const { platform, signal, taskId } = context;
    const { database } = platform;
    const service = await findService(database, serviceId);
    if (!service?.isActive || !service.isMonitored) return null;
    if (await isCounted(database, taskId)) return null;
    const client = new TimedClient(openTaskClient(platform));
    const queue = await openOwnQueue(context);
    try {
      const { message, harvest } = await readDescription(platform, service, {
        client,
        signal,
        sourceOf,
      });
      const success = message === OK;
      const check: CheckResult = { success, message, responseSeconds: client.meanSeconds };
      await database.transaction(async (transaction) => {
        if (!(await storeServiceCheck(transaction, serviceId, { ...check, taskId }))) return;
        await harvest?.store(transaction);
        const { limitLayers } = platform.settingsOf(mapRegistrySettings).harvest;
        await enqueueLayerChecks(
          transaction,
          tasksOf(platform, queue),
          { ...service, maximumLayers: limitLayers > 0 ? limitLayers : undefined },
          layerChecksOf(platform, service, { success, isRoutine }),
        );
      });
    } finally {
      await client.close();
      await queue.close();
    }
    return null;
  };
}

/** What came of reading the description of a service. */
interface ReadDescription {
  /** `OK`, or why it failed. */
  readonly message: string;
  /** What is to be stored of it, where services are harvested. */
  readonly harvest?: ReadHarvest | undefined;
}

async function readDescription(
  platform: Platform,
  { id, type, url }: ServiceDetails,
  context: HarvestContext,
): Promise<ReadDescription> {
  const { signal, client } = context;
  try {
    if (platform.settingsOf(mapRegistrySettings).harvest.harvestServices) {
      return { message: OK, harvest: await readHarvest(platform, id, context) };
    }
    const source = context.sourceOf(type);
    if (!source) throw new SourceError(`Services of the type ${type} cannot be read.`);
    const settings = sourceSettingsOf(platform);
    const reading = { client, signal, settings, maximumLayers: undefined };
    await source.harvest({ type, url, validators: {} }, reading);
    return { message: OK };
  } catch (error) {
    signal.throwIfAborted();
    const message = failureOf(error);
    if (message === undefined) throw error;
    return { message };
  }
}

/** After a failure of the whole server, its layers are checked as soon as it is back, however often they have failed. */
function layerChecksOf(
  platform: Platform,
  { checkCount, lastStatus }: ServiceDetails,
  { success, isRoutine }: { readonly success: boolean; readonly isRoutine: boolean },
): LayerChecks {
  const isBack = success && lastStatus === false;
  if (!isRoutine || checkCount === 0 || isBack) return { when: 'now' };
  const { periodMinutes } = platform.settingsOf(mapRegistrySettings).checks;
  return { when: 'spread', periodSeconds: periodMinutes * 60 };
}
