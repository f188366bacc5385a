import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteCatalog } from '../../../../src/apps/map-registry/catalogs/stored-catalogs.ts';
import { clearIndexHandler } from '../../../../src/apps/map-registry/indexing/clear-index.ts';
import { indexCachedLayersHandler } from '../../../../src/apps/map-registry/indexing/index-cached-layers.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import { eventually } from '../../../support/eventually.ts';
import { taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import {
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../search-engines/elasticsearch-stand-in.ts';
import { storeCatalog, storeLayer, storeService } from './stored-layer.ts';

describe('an index in Elasticsearch', () => {
  let standIn: ElasticsearchStandIn;
  let service: RegistryService;
  let onBulk: () => Promise<void>;
  beforeAll(async () => {
    standIn = await startElasticsearchStandIn({
      intercept: async (_method, path) => {
        if (path === '/_bulk') await onBulk();
        return undefined;
      },
    });
    service = await RegistryService.start({
      REGISTRY_SEARCH_URL: `elasticsearch+http://127.0.0.1:${standIn.port}`,
    });
  });
  afterAll(async () => {
    await service.stop();
    await standIn.close();
  });

  it('is not emptied under a batch, which would make another index of it', async () => {
    const { database } = service.platform;
    const catalogId = await service.catalogId();
    const serviceId = await storeService(database, catalogId);
    const layerId = await storeLayer(database, { catalogId, serviceId, name: 'a' });
    await database.transaction((transaction) => noteToIndex(transaction, [{ layerId, catalogId }], 'index'));
    let cleared: Promise<unknown> | undefined;
    onBulk = async () => {
      let hasEnded = false;
      cleared = clearIndexHandler()({ catalogId }, taskContext(service)).then(() => {
        hasEnded = true;
      });
      await eventually(async () => {
        const { rows } = await database.raw(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
        );
        return hasEnded || rows.length > 0;
      });
    };
    expect(await indexCachedLayersHandler()({}, taskContext(service))).toBe(1);
    await cleared;
    expect(standIn.idsOf('hypermap')).toEqual([]);
    expect(await database('map_registry.layers_to_index')).toEqual([]);
  });

  const deleted = (catalogId: string) =>
    service.platform.database.transaction((transaction) =>
      deleteCatalog(transaction, service.tasks, catalogId),
    );

  it('is empty before its catalogue can be deleted, so that another one of the name finds nothing in it, and goes with it', async () => {
    const { database } = service.platform;
    onBulk = async () => {};
    const catalogId = await storeCatalog(database, 'atlas');
    const serviceId = await storeService(database, catalogId);
    const layerId = await storeLayer(database, { catalogId, serviceId, name: 'a' });
    await database.transaction((transaction) => noteToIndex(transaction, [{ layerId, catalogId }], 'index'));
    await indexCachedLayersHandler()({}, taskContext(service));
    expect(standIn.idsOf('atlas')).toEqual([layerId]);
    await database('map_registry.services').where({ id: serviceId }).delete();
    await expect(deleted(catalogId)).rejects.toThrow('still have to be removed from the index');
    await indexCachedLayersHandler()({}, taskContext(service));
    expect(standIn.idsOf('atlas')).toEqual([]);
    expect(await deleted(catalogId)).toBe(true);
    expect(await deleted(catalogId)).toBe(false);
    const [task] = await service.queue.queuedTasks({ limit: 10, offset: 0 });
    expect(task).toMatchObject({ func: 'map_registry.clear_index', args: { catalogId } });
    await clearIndexHandler()({ catalogId, ...task?.args }, taskContext(service));
    expect(standIn.indexNames()).toEqual([]);
  });
});
