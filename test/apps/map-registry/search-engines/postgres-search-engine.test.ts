import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresSearchEngine } from '../../../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { describeSearchEngine } from './conformance.ts';
import { IndexedCatalog } from './indexed-catalog.ts';

describeSearchEngine('the search engine postgres', async () => {
  const { database, drop } = await createTestDatabase();
  return { engine: new PostgresSearchEngine(database), database, stop: drop };
});

it('says that a search takes too long', async () => {
  const { database, drop } = await createTestDatabase();
  try {
    const engine = new PostgresSearchEngine(database, { searchTimeoutSeconds: 0.1 });
    const catalog = await IndexedCatalog.create(database, engine, 'maps');
    await database.transaction(async (transaction) => {
      await transaction.raw('LOCK TABLE map_registry.layer_words');
      await expect(catalog.search({ 'q.text': 'river' })).rejects.toMatchObject({
        name: 'SearchEngineUnavailableError',
        message: 'The search took longer than 0.1 seconds. Narrow it.',
      });
    });
  } finally {
    await drop();
  }
});

describe('words in Postgres, of so many layers that they are found by their index', () => {
  let test: TestDatabase;
  let catalog: IndexedCatalog;
  let ids: readonly string[];
  beforeAll(async () => {
    test = await createTestDatabase();
    catalog = await IndexedCatalog.create(test.database, new PostgresSearchEngine(test.database), 'maps');
    const { rows } = await test.database.raw<{ rows: { id: string }[] }>(
      `INSERT INTO map_registry.layers (catalog_id, service_id, name, title)
       SELECT ?, ?, 'layer' || n, 'Map of ' || CASE WHEN n % 100 = 0 THEN 'woods' ELSE 'roads' END FROM generate_series(1, 2000) n
       RETURNING id`,
      [catalog.catalog.id, catalog.serviceId],
    );
    ids = rows.map(({ id }) => id);
    await catalog.index(ids, 1_000);
    await test.database.raw('ANALYZE map_registry.layer_index');
  });
  afterAll(() => test.drop());

  it('are found as they are now, where nothing else of a layer has changed', async () => {
    const [id = ''] = ids;
    await test.database('map_registry.layers').where({ id }).update({ title: 'An old river' });
    await catalog.index([id]);
    expect(await catalog.namesOf('river')).toEqual(['layer1']);
    await test.database('map_registry.layers').where({ id }).update({ title: 'A new lake' });
    await catalog.index([id]);
    expect(await catalog.namesOf('river')).toEqual([]);
    expect(await catalog.namesOf('lake')).toEqual(['layer1']);
  });

  it.each(['woods', 'roads', 'woods OR rivers', 'map woods', 'nothing'])(
    'are not read to find layers, to count or to order them: %s',
    async (text) => {
      const searches = ['score', 'time'].map((sort) => ({
        'q.text': text,
        'd.docs.sort': sort,
        'd.docs.limit': '5',
        'a.user.limit': '10',
        'a.hm.limit': '100',
      }));
      const before = await Promise.all(searches.map((search) => catalog.search(search)));
      const { rows } = await test.database.raw<{ rows: { definition: string }[] }>(
        `SELECT pg_get_functiondef('map_registry.words_of_layer'::regproc) AS definition`,
      );
      await test.database.raw(
        `CREATE OR REPLACE FUNCTION map_registry.words_of_layer(id bigint, words_version bigint) RETURNS tsvector
         LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$ BEGIN RAISE 'words were read'; END $$`,
      );
      try {
        expect(await Promise.all(searches.map((search) => catalog.search(search)))).toEqual(before);
      } finally {
        await test.database.raw(rows[0]?.definition ?? '');
      }
    },
  );
});
