import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import { defineTaskFunction, type TaskCall, type TaskQueue } from '../../queue/index.ts';
import { storingLastFailure } from './last-attempt.ts';
import type {
  EndpointArguments,
  IndexArguments,
  LastLayersArguments,
  LayerArguments,
  NamedServicesArguments,
  NoArguments,
  RegistryTasks,
  ServiceArguments,
  ServiceCheckArguments,
} from './registry-tasks.ts';
import { mapRegistrySettings } from './settings.ts';

/** How long reading the description of a service may take, and storing its layers. */
const HARVEST_TIMEOUT_SECONDS = 1_800;

/** How long a check may take beside the time that the server has for its reply. */
const CHECK_TIMEOUT_SECONDS = 700;

/** How long the largest tasks may run, which go over all layers in batches. */
const WHOLE_REGISTRY_TIMEOUT_SECONDS = 6 * 3_600;

/** Work on the registry's own tables is tried again; what strangers' servers do is a result, and no failure. */
const ATTEMPTS = 5;
const RETRY = { maxAttempts: ATTEMPTS, delaySeconds: 5, backoff: 3, maxDelaySeconds: 600, jitter: 0.2 };

/** Finds what an endpoint is, and stores the services that are there. */
export const updateEndpoint = defineTaskFunction<EndpointArguments, null>({
  name: 'map_registry.update_endpoint',
  timeoutSeconds: HARVEST_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const [{ updateEndpointHandler }, { storeLostEndpoint }] = await Promise.all([
      import('./endpoints/update-endpoint.ts'),
      import('./endpoints/lost-endpoint.ts'),
    ]);
    return storingLastFailure(
      updateEndpointHandler(registryTasksOf),
      ATTEMPTS,
      ({ endpointId }, failure, context) => storeLostEndpoint(endpointId, failure, context),
    );
  },
  async onLost({ endpointId }, failure, context) {
    if (endpointId === undefined) return;
    const { storeLostEndpoint } = await import('./endpoints/lost-endpoint.ts');
    await storeLostEndpoint(endpointId, failure, context);
  },
});

/** Asks services of one host, which an endpoint at another host names, whether they are there. */
export const askServices = defineTaskFunction<NamedServicesArguments, null>({
  name: 'map_registry.ask_services',
  timeoutSeconds: HARVEST_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const { askServicesHandler, storeUnaskedServices } = await import('./endpoints/ask-services.ts');
    return storingLastFailure(askServicesHandler(registryTasksOf), ATTEMPTS, storeUnaskedServices);
  },
  async onLost(args, failure, context) {
    const { storeUnaskedServices } = await import('./endpoints/ask-services.ts');
    await storeUnaskedServices(args, failure, context);
  },
});

/** Harvests and checks a service, and enqueues the checks of its layers. */
export const checkService = defineTaskFunction<ServiceCheckArguments, null>({
  name: 'map_registry.check_service',
  timeoutSeconds: HARVEST_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const [{ checkServiceHandler }, { sourceOf }, { storeLostServiceCheck }] = await Promise.all([
      import('./checks/check-service.ts'),
      import('./sources/index.ts'),
      import('./checks/lost-checks.ts'),
    ]);
    return storingLastFailure(
      checkServiceHandler(registryTasksOf, sourceOf),
      ATTEMPTS,
      ({ serviceId }, failure, context) => storeLostServiceCheck(serviceId, failure, context),
    );
  },
  async onLost({ serviceId }, failure, context) {
    if (serviceId === undefined) return;
    const { storeLostServiceCheck } = await import('./checks/lost-checks.ts');
    await storeLostServiceCheck(serviceId, failure, context);
  },
});

/** Fetches a picture of a layer, and stores whether it came. */
export const checkLayer = defineTaskFunction<LayerArguments, null>({
  name: 'map_registry.check_layer',
  timeoutSeconds: CHECK_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const [{ checkLayerHandler }, { sourceOf }, { storeLostLayerCheck }] = await Promise.all([
      import('./checks/check-layer.ts'),
      import('./sources/index.ts'),
      import('./checks/lost-checks.ts'),
    ]);
    return storingLastFailure(checkLayerHandler(sourceOf), ATTEMPTS, ({ layerId }, failure, context) =>
      storeLostLayerCheck(layerId, failure, context),
    );
  },
  async onLost({ layerId }, failure, context) {
    if (layerId === undefined) return;
    const { storeLostLayerCheck } = await import('./checks/lost-checks.ts');
    await storeLostLayerCheck(layerId, failure, context);
  },
});

/** Enqueues the checks of all active services, spread over the period. The result is how many. */
export const checkAllServices = defineTaskFunction<NoArguments, number>({
  name: 'map_registry.check_all_services',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./checks/check-all-services.ts')).checkAllServicesHandler(registryTasksOf),
});

/** Prunes the history of checks, and keeps its partitions. */
export const pruneChecks = defineTaskFunction<NoArguments, null>({
  name: 'map_registry.prune_checks',
  retry: RETRY,
  load: async () => (await import('./checks/prune-checks.ts')).pruneChecksHandler(),
});

/** Removes the checks of a service and its layers. */
export const removeServiceChecks = defineTaskFunction<ServiceArguments, null>({
  name: 'map_registry.remove_service_checks',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./checks/remove-checks.ts')).removeServiceChecksHandler(),
});

/** Indexes the layers that were checked or changed, and removes those that are gone. The result is how many. */
export const indexCachedLayers = defineTaskFunction<NoArguments, number>({
  name: 'map_registry.index_cached_layers',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./indexing/index-cached-layers.ts')).indexCachedLayersHandler(),
});

/** Marks all layers to be indexed, or to be removed from the index. The result is how many. */
export const indexAllLayers = defineTaskFunction<NoArguments, number>({
  name: 'map_registry.index_all_layers',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./indexing/index-all-layers.ts')).indexAllLayersHandler(registryTasksOf),
});

/** Empties the index of a catalogue. */
export const clearIndex = defineTaskFunction<IndexArguments, null>({
  name: 'map_registry.clear_index',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./indexing/clear-index.ts')).clearIndexHandler(),
});

/** Removes the layers from the index that have open issues, or whose service has. The result is how many. */
export const unindexLayersWithIssues = defineTaskFunction<NoArguments, number>({
  name: 'map_registry.unindex_layers_with_issues',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () =>
    (await import('./indexing/unindex-layers-with-issues.ts')).unindexLayersWithIssuesHandler(
      registryTasksOf,
    ),
});

/** Removes tiles of the proxy that have expired or are over the limit. The result is how many objects there were. */
export const tidyTiles = defineTaskFunction<NoArguments, number>({
  name: 'map_registry.tidy_tiles',
  timeoutSeconds: WHOLE_REGISTRY_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => (await import('./proxy/tidy-tiles-handler.ts')).tidyTilesHandler(),
});

/** Reads the newest layers of a WorldMap. The result is how many are new or have changed. */
const updateLastWorldMapLayers = defineTaskFunction<LastLayersArguments, number>({
  name: 'map_registry.update_last_wm_layers',
  timeoutSeconds: HARVEST_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const [{ updateLastLayersHandler }, { sourceOf }] = await Promise.all([
      import('./harvest/update-last-layers.ts'),
      import('./sources/index.ts'),
    ]);
    return updateLastLayersHandler(sourceOf);
  },
});

/** Reads how the layers of a service are drawn that transactions of CSW have inserted. The result is how many can be drawn now. */
const readDrawings = defineTaskFunction<ServiceArguments, number>({
  name: 'map_registry.read_drawings',
  timeoutSeconds: HARVEST_TIMEOUT_SECONDS,
  retry: RETRY,
  load: async () => {
    const [{ readDrawingsHandler }, { sourceOf }] = await Promise.all([
      import('./harvest/read-drawings.ts'),
      import('./sources/index.ts'),
    ]);
    return readDrawingsHandler(sourceOf);
  },
});

/** All task functions of the app. */
export const registryTasks = [
  updateEndpoint,
  askServices,
  updateLastWorldMapLayers,
  readDrawings,
  checkService,
  checkLayer,
  checkAllServices,
  pruneChecks,
  removeServiceChecks,
  indexCachedLayers,
  indexAllLayers,
  clearIndex,
  unindexLayersWithIssues,
  tidyTiles,
];

function digestOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Returns how the tasks of the registry are enqueued in a queue. */
export function registryTasksOf(platform: Platform, queue: TaskQueue): RegistryTasks {
  const { hostConcurrency } = platform.settingsOf(mapRegistrySettings).checks;
  /** At most so many tasks ask a host at a time; the hosts get turns. */
  const politely = (host: string, delaySeconds = 0): TaskCall<LayerArguments>['options'] => ({
    limitKey: `host:${host}`.slice(0, 250),
    limit: hostConcurrency,
    ...(delaySeconds > 0 ? { delay: delaySeconds } : {}),
  });
  const once = (uniqueKey: string, transaction: Knex.Transaction) => ({ uniqueKey, transaction });
  return {
    async updateEndpoints(transaction, endpoints) {
      await queue.asyncTasks(
        updateEndpoint,
        endpoints.map(({ endpointId, host }) => ({
          args: { endpointId },
          options: { ...politely(host), uniqueKey: `endpoint:${endpointId}` },
        })),
        { transaction },
      );
    },
    // Not unique: one that runs may have looked already which layers there are.
    async readDrawings(transaction, services) {
      await queue.asyncTasks(
        readDrawings,
        services.map(({ serviceId, host }) => ({ args: { serviceId }, options: { ...politely(host) } })),
        { transaction },
      );
    },
    async askServices(transaction, groups) {
      await queue.asyncTasks(
        askServices,
        groups.map(({ endpointId, host, services }) => ({
          args: { endpointId, services },
          options: { ...politely(host), uniqueKey: `ask:${endpointId}:${digestOf(services)}` },
        })),
        { transaction },
      );
    },
    // A check that waits for its time in the period does not stand for another that is asked for now.
    async checkServices(transaction, services) {
      await queue.asyncTasks(
        checkService,
        services.map(({ serviceId, host, delaySeconds, isRoutine = false }) => ({
          args: { serviceId, ...(isRoutine ? { isRoutine } : {}) },
          options: {
            ...politely(host, delaySeconds),
            uniqueKey: `service:${serviceId}${isRoutine ? '' : ':now'}`,
          },
        })),
        { transaction },
      );
    },
    async checkLayers(transaction, layers) {
      await queue.asyncTasks(
        checkLayer,
        layers.map(({ layerId, host, delaySeconds = 0 }) => ({
          args: { layerId },
          options: {
            ...politely(host, delaySeconds),
            uniqueKey: `check:${layerId}${delaySeconds > 0 ? '' : ':now'}`,
          },
        })),
        { transaction },
      );
    },
    async indexCachedLayers(transaction) {
      await queue.asyncTask(indexCachedLayers, {}, once('map_registry.index_cached_layers', transaction));
    },
    async checkAllServices(transaction) {
      await queue.asyncTask(checkAllServices, {}, once('map_registry.check_all_services', transaction));
    },
    async indexAllLayers(transaction) {
      await queue.asyncTask(indexAllLayers, {}, once('map_registry.index_all_layers', transaction));
    },
    async clearIndex(transaction, { id, slug, indexGeneration }) {
      await queue.asyncTask(
        clearIndex,
        { catalogId: id, index: { slug, indexGeneration } },
        once(`map_registry.clear_index:${id}`, transaction),
      );
    },
    async unindexLayersWithIssues(transaction) {
      await queue.asyncTask(
        unindexLayersWithIssues,
        {},
        once('map_registry.unindex_layers_with_issues', transaction),
      );
    },
    async removeServiceChecks(transaction, serviceIds) {
      await queue.asyncTasks(
        removeServiceChecks,
        serviceIds.map((serviceId) => ({ args: { serviceId } })),
        { transaction },
      );
    },
  };
}
