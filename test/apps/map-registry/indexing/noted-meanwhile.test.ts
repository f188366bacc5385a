import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { clearIndexHandler } from '../../../../src/apps/map-registry/indexing/clear-index.ts';
import { dropCachedLayers } from '../../../../src/apps/map-registry/indexing/drop-cached-layers.ts';
import { indexAllLayersHandler } from '../../../../src/apps/map-registry/indexing/index-all-layers.ts';
import { indexCachedLayersHandler } from '../../../../src/apps/map-registry/indexing/index-cached-layers.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import { unindexLayersWithIssuesHandler } from '../../../../src/apps/map-registry/indexing/unindex-layers-with-issues.ts';
import { registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { eventually } from '../../../support/eventually.ts';
import { removeAll, taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import { storeLayer, storeService } from './stored-layer.ts';

describe('a layer that changes while something else notes or forgets it for the index', () => {
  let service: RegistryService;
  let database: Database;
  let catalogId: string;
  let layerId: string;
  beforeAll(async () => {
    service = await RegistryService.start();
    database = service.platform.database;
    catalogId = await service.catalogId();
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    await removeAll(service);
    await clearIndexHandler()({ catalogId }, taskContext(service));
    const serviceId = await storeService(database, catalogId);
    layerId = await storeLayer(database, { catalogId, serviceId, name: 'a' });
    await database.transaction((transaction) => note(transaction));
    await indexCached();
    expect(await indexed()).toEqual([layerId]);
  });

  const note = (transaction: Knex.Transaction) => noteToIndex(transaction, [{ layerId, catalogId }], 'index');
  const indexCached = () => indexCachedLayersHandler()({}, taskContext(service));
  const indexed = () => database('map_registry.layer_index').pluck('layer_id');

  /** Starts some work that comes to wait for a transaction, and ends that one. */
  async function whileChanging(
    change: (transaction: Knex.Transaction) => Promise<unknown>,
    work: () => Promise<unknown>,
  ): Promise<void> {
    let ended: Promise<unknown> | undefined;
    await database.transaction(async (transaction) => {
      await change(transaction);
      let hasEnded = false;
      ended = work().finally(() => {
        hasEnded = true;
      });
      await eventually(async () => {
        const { rows } = await database.raw(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return hasEnded || rows.length > 0;
      });
    });
    await ended;
  }

  it('leaves the index where it is deleted while notes are dropped', async () => {
    await database.transaction((transaction) => note(transaction));
    await whileChanging(
      (transaction) => transaction('map_registry.layers').where({ id: layerId }).delete(),
      () => dropCachedLayers(database),
    );
    await indexCached();
    expect(await indexed()).toEqual([]);
  });

  it('stays in the index where its issue is resolved while layers with issues are removed', async () => {
    await database('map_registry.issues').insert({ layer_id: layerId, kind: 'broken' });
    await whileChanging(
      async (transaction) => {
        await transaction('map_registry.issues').update({ resolved: transaction.fn.now() });
        await note(transaction);
      },
      () => unindexLayersWithIssuesHandler(registryTasksOf)({}, taskContext(service)),
    );
    await indexCached();
    expect(await indexed()).toEqual([layerId]);
  });

  it('stays in the index where it becomes valid while all layers are noted', async () => {
    await database('map_registry.layers').update({ is_valid: false });
    await whileChanging(
      async (transaction) => {
        await transaction('map_registry.layers').update({ is_valid: true });
        await note(transaction);
      },
      () => indexAllLayersHandler(registryTasksOf)({}, taskContext(service)),
    );
    await indexCached();
    expect(await indexed()).toEqual([layerId]);
  });
});
