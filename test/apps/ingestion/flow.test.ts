import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startElasticsearchStandIn } from '../../../src/apps/ingestion/sandbox/elasticsearch/elasticsearch-stand-in.ts';
import { PostgresSearchEngine } from '../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { createTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { IngestionSite } from './ingestion-site.ts';
import { DELETED_ROWS, makeMediaTables, namesOf, REMOVED_EVERY } from './media-tables.ts';
import { listed } from './reply-body.ts';
import { startWebHook, type WebHook } from './web-hook.ts';

jest.setTimeout(180_000);

const ROWS = 5_000;
const MODELS = ['image', 'audio'] as const;
const TERMS = ['running', 'Water', 'bird'];

/** Rows that are copied, and documents that they have. */
const COPIED = ROWS - DELETED_ROWS;
const DOCUMENTS = COPIED - ROWS / REMOVED_EVERY;

// The integration test of the original server, with what it could not find out.
describe.each(['postgres', 'elasticsearch'] as const)('the whole flow on %s', (kind) => {
  let site: IngestionSite;
  let hook: WebHook;
  let engine: StartedEngine;
  let terms: WebHook;
  let names: readonly string[];

  beforeAll(async () => {
    hook = await startWebHook();
    terms = await startWebHook();
    terms.responseText = TERMS.join('\n');
    engine = await startEngineOf(kind);
    site = await IngestionSite.start({
      environment: {
        INGESTION_SEARCH_ENGINE: engine.setting,
        SENSITIVE_TERMS_URL: terms.url,
      },
    });
    await makeMediaTables(site, { image: ROWS, audio: ROWS });
    names = await namesOf(site.api);
  });
  afterAll(async () => {
    await site.stop();
    await Promise.all([terms.stop(), engine.stop(), hook.stop()]);
  });

  /** Has something done, and waits for its callback. */
  async function perform(request: object) {
    const task = await site.perform({ ...request, callback_url: `${hook.url}/task_done` });
    const received = await eventually(() => hook.received.find(({ body }) => body.task_id === task.task_id));
    expect(received.body.state).toBe(task.state);
    return task;
  }

  /** Counts what is found under a name, with a word where one is given. */
  async function countDocuments(name: string, words?: string): Promise<number> {
    const { total } = await engine
      .documentsOf(site)
      .search(name, { limit: 1, ...(words === undefined ? {} : { words }) });
    return total;
  }

  const stat = async (name: string) => (await site.send('GET', `/stat/${name}`)).body;

  it('has no tasks at first', async () => {
    expect((await site.send('GET', '/task')).body).toEqual([]);
  });

  it('ingests both models at once', async () => {
    const tasks = await Promise.all(
      MODELS.map((model) => perform({ model, action: 'INGEST_UPSTREAM', index_suffix: 'integration' })),
    );
    expect(tasks).toMatchObject([
      { model: 'image', state: 'ready', progress: 100, error: false },
      { model: 'audio', state: 'ready', progress: 100, error: false },
    ]);
    expect((await site.send('GET', '/task')).body).toHaveLength(2);
    expect(await site.api.database('image')).toEqual([]);
  });

  it.each(MODELS)('promotes %s, and names of indices and constraints are as before', async (model) => {
    await perform({ model, action: 'PROMOTE', index_suffix: 'integration', alias: `${model}-main` });
    expect(await stat(`${model}-main`)).toEqual({
      exists: true,
      is_alias: true,
      alt_names: `${model}-integration`,
    });
    expect(await namesOf(site.api)).toEqual(names);
  });

  it.each(MODELS)('has all rows of %s live, and their documents', async (model) => {
    expect((await site.api.database(model).count())[0]).toEqual({ count: String(COPIED) });
    const task = listed((await site.send('GET', '/task')).body).find(
      (each) => each.model === model && each.action === 'INGEST_UPSTREAM',
    );
    expect(task).toMatchObject({ state: 'done' });
    expect(await countDocuments(`${model}-main`)).toBe(DOCUMENTS);
  });

  it.each(MODELS)('has no document of %s with a sensitive term in the filtered index', async (model) => {
    await perform({
      model,
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      origin_index_suffix: 'integration',
      destination_index_suffix: 'integration',
    });
    await perform({
      model,
      action: 'POINT_ALIAS',
      index_suffix: 'integration-filtered',
      alias: `${model}-filtered`,
    });
    const left = await countDocuments(`${model}-filtered`);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(DOCUMENTS / 2);
    for (const term of TERMS) {
      expect(await countDocuments(`${model}-main`, term)).toBeGreaterThan(0);
      expect(await countDocuments(`${model}-filtered`, term)).toBe(0);
    }
  });

  it.each(MODELS)('updates the index of %s', async (model) => {
    await site.api.database(model).where({ id: 6 }).update({ title: 'Kererū', updated_on: new Date() });
    await perform({
      model,
      action: 'UPDATE_INDEX',
      index_suffix: 'integration',
      since_date: '1999-01-01',
    });
    expect(await countDocuments(`${model}-main`, 'kererū')).toBe(1);
    expect(await countDocuments(`${model}-main`)).toBe(DOCUMENTS);
  });

  it('deletes an index by its suffix, and one by its alias with force', async () => {
    await perform({ model: 'audio', action: 'INGEST_UPSTREAM', index_suffix: 'temporary' });
    await perform({ model: 'audio', action: 'DELETE_INDEX', index_suffix: 'temporary' });
    expect(await stat('audio-temporary')).toMatchObject({ exists: false });
    await perform({ model: 'audio', action: 'INGEST_UPSTREAM', index_suffix: 'temporary' });
    await perform({ model: 'audio', action: 'PROMOTE', index_suffix: 'temporary', alias: 'audio-temp' });
    await perform({ model: 'audio', action: 'DELETE_INDEX', alias: 'audio-temp', force_delete: true });
    expect(await stat('audio-temp')).toMatchObject({ exists: false });
    expect(await stat('audio-temporary')).toMatchObject({ exists: false });
  });

  it.each([{ force_delete: false }, {}])('does not delete the index of an alias with %j', async (more) => {
    const request = { model: 'audio', action: 'DELETE_INDEX', alias: 'audio-main', ...more };
    expect((await site.send('POST', '/task', request)).status).toBe(400);
    expect(await stat('audio-main')).toMatchObject({ exists: true });
  });

  it('says what names are', async () => {
    expect(await stat('audio-integration')).toEqual({
      exists: true,
      is_alias: false,
      alt_names: ['audio-main'],
    });
    expect(await stat('non-existent')).toEqual({ exists: false, is_alias: null, alt_names: null });
  });

  it('takes a promotion back', async () => {
    await perform({ model: 'image', action: 'INGEST_UPSTREAM', index_suffix: 'second' });
    await perform({ model: 'image', action: 'PROMOTE', index_suffix: 'second', alias: 'image-main' });
    expect(await stat('image-main')).toMatchObject({ alt_names: 'image-second' });
    await perform({ model: 'image', action: 'ROLL_BACK' });
    expect(await stat('image-main')).toMatchObject({ alt_names: 'image-integration' });
    expect(await namesOf(site.api)).toEqual(names);
  });

  it('does two ingests of one model one after another; the newer one takes the place of the older', async () => {
    const ids = await Promise.all(
      ['third', 'fourth'].map((suffix) =>
        site.post({ model: 'image', action: 'INGEST_UPSTREAM', index_suffix: suffix }),
      ),
    );
    for (const id of ids) await site.waitForEnd(id);
    const tasks = await Promise.all(ids.map((id) => site.waitForEnd(id)));
    expect(tasks.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'ready']);
    const ready = tasks.find(({ state }) => state === 'ready');
    await perform({
      model: 'image',
      action: 'PROMOTE',
      index_suffix: ready?.index_suffix,
      alias: 'image-main',
    });
    expect(await countDocuments('image-main')).toBe(DOCUMENTS);
  });

  it('leaves nothing over', async () => {
    const { rows } = await site.api.database.raw(
      `SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('ingestion_next') AND relkind = 'r'`,
    );
    expect(rows).toEqual([]);
  });
});

interface StartedEngine {
  /** `INGESTION_SEARCH_ENGINE` */
  readonly setting: string;
  /** Where its documents are. */
  documentsOf(site: IngestionSite): PostgresSearchEngine;
  stop(): Promise<void>;
}

/** The stand-in keeps its documents in a database that knows nothing of the live tables. */
async function startEngineOf(kind: 'postgres' | 'elasticsearch'): Promise<StartedEngine> {
  if (kind === 'postgres') {
    return {
      setting: kind,
      documentsOf: ({ api }) => new PostgresSearchEngine(api.database),
      stop: async () => undefined,
    };
  }
  const store = await createTestDatabase({ migrated: false });
  const documents = new PostgresSearchEngine(store.database);
  const standIn = await startElasticsearchStandIn({ engine: documents, port: 0 });
  return {
    setting: `elasticsearch+http://127.0.0.1:${standIn.port}`,
    documentsOf: () => documents,
    async stop() {
      await standIn.close();
      await store.drop();
    },
  };
}
