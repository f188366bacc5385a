import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ElasticsearchEngine } from '../../../src/apps/ingestion/search-engines/elasticsearch/elasticsearch-engine.ts';
import { SearchEngineUnavailableError } from '../../../src/platform/search-engines/search-engine-errors.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../support/node-process.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { IngestionSite } from './ingestion-site.ts';
import { DELETED_ROWS, fillUpstream, makeMediaTables, REMOVED_EVERY } from './media-tables.ts';
import { refreshIdOf } from './run-tasks.ts';
import { startWebHook, type WebHook } from './web-hook.ts';

jest.setTimeout(300_000);

const ROWS = 3_000;

/** The requests of a whole refresh, and the steps at which the search engine is killed. */
const REQUESTS = [
  [{ action: 'INGEST_UPSTREAM', index_suffix: 'next' }, ['index', 'verify_copy']],
  [
    {
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      origin_index_suffix: 'next',
      destination_index_suffix: 'next',
    },
    ['filter_index'],
  ],
  [{ action: 'PROMOTE', index_suffix: 'next', alias: 'image' }, ['promote']],
  [{ action: 'POINT_ALIAS', index_suffix: 'next-filtered', alias: 'image-filtered' }, ['point_alias']],
] as const;

/** After a step was seen to run, the search engine is killed within so many milliseconds. */
const KILLED_WITHIN_MILLISECONDS = 150;

/** For how long the search engine is away then. */
const AWAY_MILLISECONDS = 500;

let documents: TestDatabase;
let elasticsearch: NodeProcess;
let port = 0;
let terms: WebHook;
let site: IngestionSite;
let engine: ElasticsearchEngine;

async function startElasticsearch(): Promise<void> {
  elasticsearch = startNodeProcess(new URL('./elasticsearch-process.ts', import.meta.url), {}, [
    documents.url,
    String(port),
  ]);
  port = Number((await elasticsearch.waitForLine(({ msg }) => msg === 'listening'))['port']);
}

beforeAll(async () => {
  documents = await createTestDatabase({ migrated: false });
  await startElasticsearch();
  terms = await startWebHook();
  terms.responseText = 'running\nwater\n';
  site = await IngestionSite.start({
    environment: {
      INGESTION_SEARCH_ENGINE: `elasticsearch+http://127.0.0.1:${port}`,
      SENSITIVE_TERMS_URL: terms.url,
    },
  });
  engine = new ElasticsearchEngine({ kind: 'elasticsearch', url: `http://127.0.0.1:${port}` });
  await makeMediaTables(site, { image: ROWS, audio: 0 });
  for (const request of [
    { action: 'INGEST_UPSTREAM', index_suffix: 'first' },
    { action: 'PROMOTE', index_suffix: 'first', alias: 'image' },
  ]) {
    await site.perform({ model: 'image', ...request });
  }
});
afterAll(async () => {
  elasticsearch.kill('SIGKILL');
  await elasticsearch.ended;
  await engine.close();
  await site.stop();
  await terms.stop();
  await documents.drop();
});

const liveRows = (rows: number) => rows - DELETED_ROWS;
const liveDocuments = (rows: number) => liveRows(rows) - Math.floor(rows / REMOVED_EVERY);

/** Reads the live table and searches the alias, until it is stopped; notes what is of no whole generation. */
function watchLive() {
  const rows = new Set<number>();
  const found = new Set<number>();
  const faults: string[] = [];
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const counted = await site.api.database('image').count();
      rows.add(Number(counted[0]?.['count']));
      try {
        found.add((await engine.search('image', { limit: 1 })).total);
      } catch (error) {
        // It can only be away.
        if (!(error instanceof SearchEngineUnavailableError)) faults.push(String(error));
      }
      await pause(5);
    }
  })();
  return async () => {
    stopping.abort();
    await watching;
    return { rows: [...rows].toSorted(), found: [...found].toSorted(), faults };
  };
}

it('refreshes a table though kill -9 ends the search engine at each step that uses it', async () => {
  const random = seededRandom(7);
  const next = ROWS + 1;
  await fillUpstream(site, { image: next, audio: 0 }, 'next');
  const stop = watchLive();
  for (const [request, steps] of REQUESTS) {
    const id = await site.post({ model: 'image', ...request });
    for (const step of steps) {
      await eventually(() => hasBegun(id, step), 60_000, 3);
      await pause(random.below(KILLED_WITHIN_MILLISECONDS));
      elasticsearch.kill('SIGKILL');
      await elasticsearch.ended;
      await pause(AWAY_MILLISECONDS);
      await startElasticsearch();
    }
    expect(await site.waitForEnd(id)).toMatchObject({ error: false });
  }
  expect(await stop()).toEqual({
    rows: [liveRows(ROWS), liveRows(next)],
    found: [liveDocuments(ROWS), liveDocuments(next)],
    faults: [],
  });
  expect(await engine.describe('image')).toEqual({ kind: 'alias', indexName: 'image-next' });
  expect(await engine.describe('image-filtered')).toEqual({
    kind: 'alias',
    indexName: 'image-next-filtered',
  });
  expect((await engine.search('image-filtered', { words: 'water', limit: 5 })).total).toBe(0);
  expect(await engine.count('image-filtered')).toBeGreaterThan(0);
  expect((await engine.listIndexes(10)).map(({ name }) => name)).toEqual([
    'image-first',
    'image-next',
    'image-next-filtered',
  ]);
});

async function hasBegun(id: string, name: string): Promise<boolean> {
  const begun = await site.own
    .database('ingestion.steps')
    .where({ refresh_id: refreshIdOf(id), name })
    .whereNot('state', 'waiting');
  return begun.length > 0;
}
