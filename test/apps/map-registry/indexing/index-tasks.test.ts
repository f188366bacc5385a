import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clearIndexHandler } from '../../../../src/apps/map-registry/indexing/clear-index.ts';
import { dropCachedLayers } from '../../../../src/apps/map-registry/indexing/drop-cached-layers.ts';
import { indexAllLayersHandler } from '../../../../src/apps/map-registry/indexing/index-all-layers.ts';
import { indexCachedLayersHandler } from '../../../../src/apps/map-registry/indexing/index-cached-layers.ts';
import { unindexLayersWithIssuesHandler } from '../../../../src/apps/map-registry/indexing/unindex-layers-with-issues.ts';
import { registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import { storeLayer, storeService } from './stored-layer.ts';

describe('the tasks of the index', () => {
  let service: RegistryService;
  let database: Database;
  let catalogId: string;
  const ids: string[] = [];
  beforeAll(async () => {
    service = await RegistryService.start({ REGISTRY_SEARCH_BATCH_SIZE: '2' });
    database = service.platform.database;
    catalogId = await service.catalogId();
    const serviceId = await storeService(database, catalogId);
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      ids.push(await storeLayer(database, { catalogId, serviceId, name }));
    await database('map_registry.layers').where({ id: ids[4] }).update({ is_valid: false });
  });
  afterAll(() => service.stop());

  const context = () => taskContext(service);
  const indexCached = () => indexCachedLayersHandler()({}, context());
  const found = async () => {
    const { json } = await service.send('GET', '/hypermap/api/?d.docs.limit=10&d.docs.sort=time');
    return json['d.docs'].map(({ name }: { readonly name: string }) => name).sort();
  };

  it('note all layers, and index those that are valid, in batches', async () => {
    expect(await indexAllLayersHandler(registryTasksOf)({}, context())).toBe(5);
    expect(await indexCached()).toBe(5);
    expect(await found()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('index nothing where nothing is noted', async () => {
    expect(await indexCached()).toBe(0);
  });

  it('remove layers with open issues', async () => {
    await database('map_registry.issues').insert({ layer_id: ids[0], kind: 'broken' });
    expect(await unindexLayersWithIssuesHandler(registryTasksOf)({}, context())).toBe(1);
    await indexCached();
    expect(await found()).toEqual(['b', 'c', 'd']);
  });

  it('empty the index of a catalogue', async () => {
    await clearIndexHandler()({ catalogId }, context());
    expect(await found()).toEqual([]);
    await clearIndexHandler()({ catalogId: '999' }, context());
  });

  it('forget what is noted', async () => {
    await indexAllLayersHandler(registryTasksOf)({}, context());
    expect(await dropCachedLayers(database)).toBe(5);
    expect(await indexCached()).toBe(0);
    expect(await found()).toEqual([]);
  });

  it('do not forget to remove layers that are gone, as nothing else would tell of them', async () => {
    await indexAllLayersHandler(registryTasksOf)({}, context());
    await indexCached();
    await indexAllLayersHandler(registryTasksOf)({}, context());
    await database('map_registry.layers').where({ id: ids[2] }).delete();
    expect(await dropCachedLayers(database)).toBe(4);
    expect(await indexCached()).toBe(1);
    expect(await database('map_registry.layer_index').where({ layer_id: ids[2] })).toEqual([]);
  });
});
