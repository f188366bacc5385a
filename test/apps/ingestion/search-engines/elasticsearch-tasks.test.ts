import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import {
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../../../../src/apps/ingestion/sandbox/elasticsearch/elasticsearch-stand-in.ts';
import { ElasticsearchEngine } from '../../../../src/apps/ingestion/search-engines/elasticsearch/elasticsearch-engine.ts';
import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';

const SOURCE = 'image-a';
const TARGET = 'image-a-filtered';
const TITLES = ['clear sky', 'running shoes', 'deep water'];

describe.each(['elasticsearch', 'opensearch'] as const)('%s, whose task outlives its worker', (kind) => {
  let test: TestDatabase;
  let standIn: ElasticsearchStandIn;
  let engine: ElasticsearchEngine;
  /** What happened in the engine, in order. */
  let events: string[];
  let releaseFirst: () => void;
  /** How fast each copy was to be. */
  let rates: unknown[];

  beforeEach(async () => {
    events = [];
    rates = [];
    const held = Promise.withResolvers<void>();
    releaseFirst = held.resolve;
    let taskCount = 0;
    test = await createTestDatabase({ migrated: false });
    standIn = await startElasticsearchStandIn({
      engine: new PostgresSearchEngine(test.database),
      port: 0,
      intercept(method, path, query) {
        if (path === '/_reindex') rates.push(query['requests_per_second']);
        if (method === 'DELETE' || path.endsWith('_cancel'))
          events.push(`${method} ${decodeURIComponent(path)}`);
      },
      async holdTask(description) {
        taskCount += 1;
        if (taskCount > 1) return;
        await held.promise;
        events.push(`ended: ${description}`);
      },
    });
    engine = new ElasticsearchEngine({ kind, url: `http://127.0.0.1:${standIn.port}` });
    await engine.createIndex(SOURCE, image);
    const documents = TITLES.map((title, at) => ({ id: String(at + 1), fields: { id: at + 1, title } }));
    await engine.bulkIndex(SOURCE, documents);
    await engine.finishIndex(SOURCE);
    await engine.createIndex(TARGET, image);
  });
  afterEach(async () => {
    releaseFirst();
    await engine.close();
    await standIn.close();
    await test.drop();
  });

  /** What a worker has started that was killed at once: a copy of all documents. */
  async function startAbandonedCopy(): Promise<string> {
    const response = await fetch(
      `http://127.0.0.1:${standIn.port}/_reindex?wait_for_completion=false&slices=auto`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          source: { index: SOURCE, query: { bool: { must_not: [] } } },
          dest: { index: TARGET },
        }),
      },
    );
    const { task } = JSON.parse(await response.text());
    return String(task);
  }

  const idsIn = async (name: string) => [...(await engine.search(name, { limit: 10 })).ids].toSorted();

  it('copies without the documents that the abandoned task would have brought back', async () => {
    const task = await startAbandonedCopy();
    const copying = engine.copyWithout(SOURCE, TARGET, image, ['running', 'water']);
    copying.catch(() => undefined);
    await untilCancelled(task);
    releaseFirst();
    expect(await copying).toEqual({ copiedCount: 1, leftOutCount: 2 });
    await engine.finishIndex(TARGET);
    expect(await idsIn(TARGET)).toEqual(['1']);
  });

  it('deletes an index only when the abandoned task has ended, which would make it anew', async () => {
    const task = await startAbandonedCopy();
    const deleting = engine.deleteIndex(TARGET);
    deleting.catch(() => undefined);
    await untilCancelled(task);
    releaseFirst();
    await deleting;
    expect(events).toEqual([
      `POST /_tasks/${task}/_cancel`,
      `ended: reindex from [${SOURCE}] to [${TARGET}]`,
      `DELETE /${TARGET}`,
    ]);
    expect(await engine.describe(TARGET)).toEqual({ kind: 'missing' });
  });

  it('leaves tasks alone that write into other indexes', async () => {
    await startAbandonedCopy();
    await engine.createIndex('image-b', image);
    await engine.copyWithout(SOURCE, 'image-b', image, ['water']);
    await engine.deleteIndex('image-b');
    expect(events).toEqual(['DELETE /image-b']);
  });

  it('copies 20,000 documents a second at the most, or as many as are set', async () => {
    releaseFirst();
    const slow = new ElasticsearchEngine(
      { kind, url: `http://127.0.0.1:${standIn.port}` },
      { copiedPerSecond: 50 },
    );
    await engine.copyWithout(SOURCE, TARGET, image, ['water']);
    await slow.copyWithout(SOURCE, TARGET, image, ['water']);
    await slow.close();
    expect(rates).toEqual(['20000', '50']);
  });

  it('gives up waiting at its signal', async () => {
    const task = await startAbandonedCopy();
    const stopping = new AbortController();
    const copying = engine.copyWithout(SOURCE, TARGET, image, ['water'], { signal: stopping.signal });
    copying.catch(() => undefined);
    await untilCancelled(task);
    stopping.abort(new Error('enough'));
    await expect(copying).rejects.toThrow('enough');
  });

  async function untilCancelled(task: string): Promise<void> {
    await eventually(() => events.includes(`POST /_tasks/${task}/_cancel`));
  }
});
