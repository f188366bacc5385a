import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ElasticsearchEngine } from '../../../../src/apps/map-registry/search-engines/elasticsearch/elasticsearch-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { describeSearchEngine } from './conformance.ts';
import {
  type ElasticsearchStandIn,
  type StandInOptions,
  startElasticsearchStandIn,
} from './elasticsearch-stand-in.ts';
import { IndexedCatalog } from './indexed-catalog.ts';

describeSearchEngine('the search engine elasticsearch, with a stand-in', async () => {
  const { database, drop } = await createTestDatabase();
  const standIn = await startElasticsearchStandIn();
  const engine = new ElasticsearchEngine({ kind: 'elasticsearch', url: `http://127.0.0.1:${standIn.port}` });
  return {
    engine,
    database,
    async stop() {
      await engine.close();
      await standIn.close();
      await drop();
    },
  };
});

const realUrl = process.env['ELASTICSEARCH_TEST_URL'];
if (realUrl !== undefined) {
  describeSearchEngine('the search engine of ELASTICSEARCH_TEST_URL', async () => {
    const { database, drop } = await createTestDatabase();
    const kind = process.env['ELASTICSEARCH_TEST_KIND'] === 'opensearch' ? 'opensearch' : 'elasticsearch';
    const engine = new ElasticsearchEngine({ kind, url: realUrl });
    return {
      engine,
      database,
      async stop() {
        await engine.close();
        await drop();
      },
    };
  });
}

describe('elasticsearch on a bad day', () => {
  let test: TestDatabase;
  let standIn: ElasticsearchStandIn | undefined;
  let engine: ElasticsearchEngine | undefined;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    await engine?.close();
    await standIn?.close();
    await test.drop();
  });

  async function start(options: StandInOptions): Promise<IndexedCatalog> {
    standIn = await startElasticsearchStandIn(options);
    engine = new ElasticsearchEngine({ kind: 'elasticsearch', url: `http://127.0.0.1:${standIn.port}` });
    return IndexedCatalog.create(test.database, engine, 'maps');
  }

  it('keeps layers noted until it takes them', async () => {
    let isAway = true;
    const maps = await start({ intercept: () => (isAway ? 503 : undefined) });
    const id = await maps.store({ name: 'a' });
    await expect(maps.index([id])).rejects.toMatchObject({ name: 'SearchEngineUnavailableError' });
    expect(await test.database('map_registry.layers_to_index').select('layer_id', 'refusal')).toEqual([
      { layer_id: id, refusal: null },
    ]);
    isAway = false;
    await maps.index([]);
    expect(standIn?.idsOf('maps')).toEqual([id]);
    expect(await test.database('map_registry.layers_to_index')).toEqual([]);
  });

  it('sends layers again that it had no room for', async () => {
    const refusals: string[] = [];
    const maps = await start({
      refuse(id) {
        if (refusals.includes(id)) return undefined;
        refusals.push(id);
        return 429;
      },
    });
    const id = await maps.store({ name: 'a' });
    expect(await maps.index([id])).toMatchObject([{ indexedCount: 1, refused: [] }]);
  });

  it('reports layers that it refuses, and takes the others', async () => {
    const refused: string[] = [];
    const maps = await start({ refuse: (id) => (refused.includes(id) ? 400 : undefined) });
    const ids = [await maps.store({ name: 'a' }), await maps.store({ name: 'b' })];
    refused.push(...ids.slice(0, 1));
    expect(await maps.index(ids)).toMatchObject([
      { indexedCount: 1, refused: [{ layerId: ids[0], reason: 'refused_exception: the test says so' }] },
    ]);
    expect(standIn?.idsOf('maps')).toEqual(ids.slice(1));
  });

  it('says when a search is refused, and when it is away', async () => {
    let status = 400;
    const maps = await start({ intercept: () => status });
    await expect(maps.search({})).rejects.toMatchObject({ name: 'SearchEngineRefusalError' });
    status = 503;
    await expect(maps.search({})).rejects.toMatchObject({ name: 'SearchEngineUnavailableError' });
  });
});
