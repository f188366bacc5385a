import { afterEach, describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import {
  type BulkRefusal,
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../../../../src/apps/ingestion/sandbox/elasticsearch/elasticsearch-stand-in.ts';
import { WireError } from '../../../../src/apps/ingestion/sandbox/elasticsearch/wire-error.ts';
import { ElasticsearchEngine } from '../../../../src/apps/ingestion/search-engines/elasticsearch/elasticsearch-engine.ts';
import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { describeSearchEngine, type EngineUnderTest } from './conformance.ts';

const CREDENTIALS = { username: 'ada', password: 'a secret: /@?' };

function urlOf(port: number): string {
  const { username, password } = CREDENTIALS;
  return `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
}

async function startBehindStandIn(kind: 'elasticsearch' | 'opensearch'): Promise<EngineUnderTest> {
  const { database, drop } = await createTestDatabase({ migrated: false });
  const standIn = await startElasticsearchStandIn({
    engine: new PostgresSearchEngine(database),
    port: 0,
    credentials: CREDENTIALS,
  });
  const engine = new ElasticsearchEngine({ kind, url: urlOf(standIn.port) });
  return {
    engine,
    async stop() {
      await engine.close();
      await standIn.close();
      await drop();
    },
  };
}

describeSearchEngine('the search engine elasticsearch, with a stand-in', () =>
  startBehindStandIn('elasticsearch'),
);

describeSearchEngine('the search engine opensearch, with a stand-in', () => startBehindStandIn('opensearch'));

const realUrl = process.env['ELASTICSEARCH_TEST_URL'];
if (realUrl !== undefined) {
  describeSearchEngine('the search engine of ELASTICSEARCH_TEST_URL', async () => {
    const kind = process.env['ELASTICSEARCH_TEST_KIND'] === 'opensearch' ? 'opensearch' : 'elasticsearch';
    const engine = new ElasticsearchEngine({ kind, url: realUrl });
    return { engine, stop: () => engine.close() };
  });
}

describe.each(['elasticsearch', 'opensearch'] as const)('%s on a bad day', (kind) => {
  let test: TestDatabase | undefined;
  let standIn: ElasticsearchStandIn | undefined;
  let engine: ElasticsearchEngine | undefined;
  afterEach(async () => {
    await engine?.close();
    await standIn?.close();
    await test?.drop();
  });

  async function start(
    intercept: (method: string, path: string) => void,
    url = urlOf,
    refuse: (id: string) => BulkRefusal | undefined = () => undefined,
  ): Promise<ElasticsearchEngine> {
    test = await createTestDatabase({ migrated: false });
    standIn = await startElasticsearchStandIn({
      engine: new PostgresSearchEngine(test.database),
      port: 0,
      credentials: CREDENTIALS,
      intercept,
      refuse,
    });
    engine = new ElasticsearchEngine({ kind, url: url(standIn.port) });
    return engine;
  }

  /** Everything that a log could write of an error. */
  const everythingOf = (error: unknown) =>
    JSON.stringify(error, Object.getOwnPropertyNames(error)) + String((error as Error).stack);

  it('can be tried again when it is away, and says no password', async () => {
    engine = new ElasticsearchEngine({ kind, url: 'http://ada:hidden%20word@127.0.0.1:9' });
    const error = await engine.health().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SearchEngineUnavailableError' });
    expect(everythingOf(error)).not.toMatch(/hidden|aGlkZGVu|YWRhOmhpZGRlbiB3b3Jk/);
    expect(engine.title).toBe(`${kind} at http://127.0.0.1:9`);
  });

  it('is not tried again with a wrong password, and says none', async () => {
    const refused = await start(
      () => {},
      (port) => `http://ada:hidden@127.0.0.1:${port}`,
    );
    const error = await refused.count('image-a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SearchEngineRefusalError' });
    expect(everythingOf(error)).not.toMatch(/hidden|YWRhOmhpZGRlbg/);
  });

  it('can be tried again when it is overloaded', async () => {
    const overloaded = await start(() => {
      throw new WireError(429, 'circuit_breaking_exception', 'data too large');
    });
    await expect(overloaded.createIndex('image-a', image)).rejects.toMatchObject({
      name: 'SearchEngineUnavailableError',
      message: expect.stringContaining('data too large'),
    });
  });

  it('sends documents again that it has no room for, and only those', async () => {
    const refusals: string[] = [];
    const full = await start(
      () => {},
      urlOf,
      (id) => {
        if (refusals.includes(id) || id === '2') return undefined;
        refusals.push(id);
        return { status: 429, reason: 'rejected execution of coordinating operation' };
      },
    );
    await full.createIndex('image-a', image);
    const documents = ['1', '2', '3'].map((id) => ({ id, fields: { id: Number(id) } }));
    expect(await full.bulkIndex('image-a', documents)).toEqual({ storedCount: 3, failed: [] });
    expect(refusals).toEqual(['1', '3']);
    await full.finishIndex('image-a');
    expect(await full.count('image-a')).toBe(3);
  });

  it('says which documents it refuses for good, and stores the others', async () => {
    const strict = await start(
      () => {},
      urlOf,
      (id) => (id === '2' ? { status: 400, reason: 'failed to parse' } : undefined),
    );
    await strict.createIndex('image-a', image);
    const documents = ['1', '2', '3'].map((id) => ({ id, fields: { id: Number(id) } }));
    expect(await strict.bulkIndex('image-a', documents)).toEqual({
      storedCount: 2,
      failed: [{ id: '2', reason: 'document_parsing_exception: failed to parse' }],
    });
  });

  it('says what it does not understand', async () => {
    const odd = await start(() => {
      throw new WireError(400, 'illegal_argument_exception', 'unknown setting');
    });
    await expect(odd.finishIndex('image-a')).rejects.toMatchObject({
      name: 'SearchEngineRefusalError',
      message: expect.stringContaining('unknown setting'),
    });
  });
});
