import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimLayers } from '../../../../src/apps/map-registry/indexing/claimed-layers.ts';
import { indexBatch } from '../../../../src/apps/map-registry/indexing/index-batch.ts';
import { readIndexableLayers } from '../../../../src/apps/map-registry/indexing/indexable-layers.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import { PostgresSearchEngine } from '../../../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { IndexedCatalog } from '../search-engines/indexed-catalog.ts';

describe('a batch of noted layers', () => {
  let test: TestDatabase;
  let engine: PostgresSearchEngine;
  let catalog: IndexedCatalog;
  let ids: string[];
  beforeAll(async () => {
    test = await createTestDatabase();
    engine = new PostgresSearchEngine(test.database);
    catalog = await IndexedCatalog.create(test.database, engine, 'maps');
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.database('map_registry.layers').delete();
    await catalog.index([]);
    ids = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await catalog.store({ name }));
  });

  const note = (layerIds: readonly string[]) =>
    test.database.transaction((transaction) =>
      noteToIndex(
        transaction,
        layerIds.map((layerId) => ({ layerId, catalogId: catalog.catalog.id })),
        'index',
      ),
    );

  const indexedIds = async () =>
    (await test.database('map_registry.layer_index').orderBy('layer_id').pluck('layer_id')) as string[];

  it('is shared by indexers at the same time, each layer once', async () => {
    await note(ids);
    await test.database.transaction(async (first) => {
      const claimed = await claimLayers(first, 3);
      const others = await test.database.transaction((second) => indexBatch(second, engine, 10));
      expect([claimed.length, others.claimedCount]).toEqual([3, 2]);
      await noteToIndex(first, claimed, 'index');
    });
    await Promise.all(
      [1, 2].map(() => test.database.transaction((transaction) => indexBatch(transaction, engine, 2))),
    );
    expect(await indexedIds()).toEqual(ids);
    expect(await test.database('map_registry.layers_to_index')).toEqual([]);
  });

  it('has the moment of the last check as ISO 8601', async () => {
    const [id = ''] = ids;
    await test
      .database('map_registry.layers')
      .where({ id })
      .update({ last_check: '2026-01-02T03:04:05.678Z' });
    const [layer] = await readIndexableLayers(test.database, [id]);
    expect(layer?.lastCheck).toBe('2026-01-02T03:04:05Z');
  });

  it('is noted as before where its transaction is undone', async () => {
    await note(ids);
    await expect(
      test.database.transaction(async (transaction) => {
        await indexBatch(transaction, engine, 10);
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect(await indexedIds()).toEqual([]);
    await catalog.index([]);
    expect(await indexedIds()).toEqual(ids);
  });

  it('has one layer that the database refuses, and stores the others', async () => {
    await test.database.raw(
      `ALTER TABLE map_registry.layer_index ADD CONSTRAINT poison CHECK (layer_id <> ${Number(ids[2])})`,
    );
    try {
      const [batch] = await catalog.index(ids);
      expect(batch).toMatchObject({
        indexedCount: 4,
        refused: [{ layerId: ids[2], reason: expect.stringContaining('poison') }],
      });
      expect(await indexedIds()).toEqual(ids.filter((id) => id !== ids[2]));
    } finally {
      await test.database.raw('ALTER TABLE map_registry.layer_index DROP CONSTRAINT poison');
    }
    // It waits until it is noted anew.
    expect(await catalog.index([])).toEqual([]);
    await catalog.index(ids.slice(2, 3));
    expect(await indexedIds()).toEqual(ids);
  });

  it('leaves out layers that are not public, inactive, or have an open issue', async () => {
    const layers = () => test.database('map_registry.layers');
    await layers().where({ id: ids[0] }).update({ is_public: false });
    await layers().where({ id: ids[1] }).update({ is_active: false });
    await layers().where({ id: ids[2] }).update({ was_deleted: true });
    await test.database('map_registry.issues').insert({ layer_id: ids[3], kind: 'broken' });
    await catalog.index(ids);
    expect(await indexedIds()).toEqual(ids.slice(4));
    await test.database('map_registry.issues').update({ resolved: test.database.fn.now() });
    await catalog.index(ids);
    expect(await indexedIds()).toEqual(ids.slice(3));
  });

  it('removes layers whose service was deleted', async () => {
    await catalog.index(ids);
    await test.database('map_registry.layers').delete();
    await catalog.index([]);
    expect(await indexedIds()).toEqual([]);
    expect(await catalog.search({ 'a.hm.limit': '2', 'a.user.limit': '1' })).toMatchObject({
      matchCount: 0,
      corners: { counts: [] },
      originators: [],
    });
  });
});
