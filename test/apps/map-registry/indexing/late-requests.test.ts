import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteCatalog } from '../../../../src/apps/map-registry/catalogs/stored-catalogs.ts';
import { clearIndexHandler } from '../../../../src/apps/map-registry/indexing/clear-index.ts';
import { indexBatch } from '../../../../src/apps/map-registry/indexing/index-batch.ts';
import { indexCachedLayersHandler } from '../../../../src/apps/map-registry/indexing/index-cached-layers.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import { openSearchEngine } from '../../../../src/apps/map-registry/search-engines/open-search-engine.ts';
import { eventually } from '../../../support/eventually.ts';
import { taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import {
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../search-engines/elasticsearch-stand-in.ts';
import { storeCatalog, storeLayer, storeService } from './stored-layer.ts';

const NEARLY_AN_HOUR_SECONDS = 3_500;

describe('a request of a killed worker that arrives late', () => {
  let standIn: ElasticsearchStandIn;
  let service: RegistryService;
  /** The next bulk waits for it. */
  let held: PromiseWithResolvers<void> | undefined;
  let bulkCount = 0;
  let catalogId: string;
  let layerId: string;
  beforeEach(async () => {
    held = undefined;
    bulkCount = 0;
    standIn = await startElasticsearchStandIn({
      async intercept(_method, path) {
        if (path !== '/_bulk') return undefined;
        bulkCount += 1;
        const wait = held;
        held = undefined;
        await wait?.promise;
        return undefined;
      },
    });
    service = await RegistryService.start({
      REGISTRY_SEARCH_URL: `elasticsearch+http://127.0.0.1:${standIn.port}`,
    });
    const { database } = service.platform;
    catalogId = await storeCatalog(database, 'atlas');
    const serviceId = await storeService(database, catalogId);
    layerId = await storeLayer(database, { catalogId, serviceId, name: 'a', title: 'old' });
  });
  afterEach(async () => {
    await service.stop();
    await standIn.close();
  });

  const note = ({ isDeleted = false } = {}) =>
    service.platform.database.transaction(async (transaction) => {
      await transaction('map_registry.layers').where({ id: layerId }).update({ was_deleted: isDeleted });
      await noteToIndex(transaction, [{ layerId, catalogId }], isDeleted ? 'remove' : 'index');
    });
  const index = () => indexCachedLayersHandler()({}, taskContext(service));
  const titleOfLayer = (title: string) =>
    service.platform.database('map_registry.layers').where({ id: layerId }).update({ title });
  const titleInIndex = () => {
    const document = standIn.documentOf('atlas', layerId);
    return document && Reflect.get(document, 'title');
  };

  /** Kills a worker whose bulk is on its way. Returns what lets it arrive. */
  async function killWhileSending(): Promise<() => Promise<void>> {
    const sent = Promise.withResolvers<void>();
    held = sent;
    const { database } = service.platform;
    const engine = openSearchEngine(service.platform);
    const before = bulkCount;
    let backend = 0;
    const killed = database.transaction(async (transaction) => {
      const { rows } = await transaction.raw<{ rows: { pid: number }[] }>('SELECT pg_backend_pid() AS pid');
      backend = rows[0]?.pid ?? 0;
      await indexBatch(transaction, engine, 10);
    });
    const ended = killed.then(
      () => undefined,
      (error: unknown) => error,
    );
    await eventually(async () => bulkCount > before);
    await database.raw('SELECT pg_terminate_backend(?)', [backend]);
    await eventually(async () => {
      const { rows } = await database.raw('SELECT FROM pg_stat_activity WHERE pid = ?', [backend]);
      return rows.length === 0;
    });
    return async () => {
      sent.resolve();
      expect(await ended).toBeInstanceOf(Error);
      await engine.close();
    };
  }

  it('does not replace a newer document', async () => {
    await note();
    const arrive = await killWhileSending();
    await titleOfLayer('new');
    expect(await index()).toBe(1);
    await arrive();
    expect(titleInIndex()).toBe('new');
    expect(await service.platform.database('map_registry.layers_to_index')).toEqual([]);
  });

  it('does not bring a layer back that was removed nearly an hour ago', async () => {
    await note();
    const arrive = await killWhileSending();
    await note({ isDeleted: true });
    expect(await index()).toBe(1);
    standIn.letPass(NEARLY_AN_HOUR_SECONDS);
    await arrive();
    expect(standIn.idsOf('atlas')).toEqual([]);
  });

  it('is not mistaken for an index that is newer than the database, as after a restore: its layers are refused', async () => {
    const { database } = service.platform;
    await database.raw(`SELECT setval('map_registry.index_versions', 100)`);
    await note();
    expect(await index()).toBe(1);
    await database.raw(`SELECT setval('map_registry.index_versions', 1)`);
    await note();
    expect(await index()).toBe(0);
    expect(await database('map_registry.layers_to_index').first('refusal')).toEqual({
      refusal: expect.stringContaining('version_conflict_engine_exception'),
    });
    await clearIndexHandler()({ catalogId }, taskContext(service));
    await note();
    expect(await index()).toBe(1);
  });

  it('does not remove a layer that was indexed since', async () => {
    await note({ isDeleted: true });
    const arrive = await killWhileSending();
    await note();
    expect(await index()).toBe(1);
    await arrive();
    expect(titleInIndex()).toBe('old');
  });

  it('does not make an index that was emptied, with mappings of its own', async () => {
    await note();
    const arrive = await killWhileSending();
    await clearIndexHandler()({ catalogId }, taskContext(service));
    await arrive();
    expect(standIn.indexNames()).toEqual([]);
  });

  it('does not come into the index that follows an emptied one', async () => {
    await note();
    const arrive = await killWhileSending();
    await service.platform.database('map_registry.layers').where({ id: layerId }).delete();
    expect(await index()).toBe(1);
    await clearIndexHandler()({ catalogId }, taskContext(service));
    const serviceId = await storeService(service.platform.database, catalogId, { type: 'OGC:WMTS' });
    const gone = layerId;
    layerId = await storeLayer(service.platform.database, { catalogId, serviceId, name: 'b' });
    await note();
    expect(await index()).toBe(1);
    await arrive();
    expect(gone).not.toBe(layerId);
    expect(standIn.idsOf('atlas')).toEqual([layerId]);
  });

  it('does not come into the index of another catalogue of the same name', async () => {
    const { database } = service.platform;
    await note();
    const arrive = await killWhileSending();
    await database('map_registry.services').where({ catalog_id: catalogId }).delete();
    expect(await index()).toBe(1);
    expect(
      await database.transaction((transaction) => deleteCatalog(transaction, service.tasks, catalogId)),
    ).toBe(true);
    catalogId = await storeCatalog(database, 'atlas');
    const serviceId = await storeService(database, catalogId);
    layerId = await storeLayer(database, { catalogId, serviceId, name: 'b' });
    await note();
    expect(await index()).toBe(1);
    await arrive();
    const { json } = await service.send('GET', '/atlas/api/?d.docs.limit=10');
    expect(json).toMatchObject({ 'a.matchDocs': 1, 'd.docs': [{ id: layerId }] });
  });
});
