import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type IngestionDatabases,
  openIngestionDatabases,
} from '../../../../src/apps/ingestion/databases/ingestion-databases.ts';
import { indexSliceHandler } from '../../../../src/apps/ingestion/indexing/index-slice.ts';
import { watchSlices } from '../../../../src/apps/ingestion/indexing/watch-slices.ts';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import type { Refresh } from '../../../../src/apps/ingestion/refreshes/refresh.ts';
import { stepHandler } from '../../../../src/apps/ingestion/refreshes/run-step.ts';
import { STEP_CODE } from '../../../../src/apps/ingestion/refreshes/step-code.ts';
import { findRefresh } from '../../../../src/apps/ingestion/refreshes/stored-refreshes.ts';
import { stepsOf } from '../../../../src/apps/ingestion/refreshes/stored-steps.ts';
import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { refreshTasksOf } from '../../../../src/apps/ingestion/tasks.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import { IngestionService } from '../ingestion-service.ts';

const LAST_ATTEMPT = 3;

/** Fails as an engine does that is away, for so many bulks. */
class FlakySearchEngine extends PostgresSearchEngine {
  failures = 0;

  override bulkIndex(...args: Parameters<PostgresSearchEngine['bulkIndex']>) {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the engine is away'));
    }
    return super.bulkIndex(...args);
  }
}

let service: IngestionService;
let databases: IngestionDatabases;
let engine: FlakySearchEngine;
let terms: string;
let termServer: Server;
beforeEach(async () => {
  terms = 'bird\nblack hole\n';
  termServer = createServer((_request, response) => response.end(terms));
  await new Promise<void>((resolve) => termServer.listen(0, '127.0.0.1', resolve));
  const { port } = termServer.address() as AddressInfo;
  service = await IngestionService.start({ SENSITIVE_TERMS_URL: `http://127.0.0.1:${port}/terms.txt` });
  databases = openIngestionDatabases(service.platform);
  engine = new FlakySearchEngine(databases.api.pool);
  await service.api.database.raw(`
    CREATE TABLE public.image (
      id bigint PRIMARY KEY, identifier uuid DEFAULT gen_random_uuid(), title text, provider text, tags jsonb,
      standardized_popularity double precision, created_on timestamptz DEFAULT now(),
      updated_on timestamptz DEFAULT '2026-01-01', removed_from_source boolean DEFAULT false
    )`);
});
afterEach(async () => {
  await databases.close();
  await service.stop();
  termServer.close();
});

async function insertRows(count: number, title = "'dog ' || n"): Promise<void> {
  await service.api.database.raw(
    `INSERT INTO public.image (id, title) SELECT n * 1000000000::bigint - 2000000000, ${title} FROM generate_series(1, ${count}) n`,
  );
}

function contextOf(attempt: number, taskId = '00000000-0000-4000-8000-000000000000'): TaskContext {
  return {
    taskId,
    attempt,
    signal: new AbortController().signal,
    progress: () => {},
    logger: service.platform.logger,
    platform: service.platform,
  };
}

/** Runs the step at a position, as a worker does. */
async function runStep(refreshId: string, position = 0): Promise<void> {
  const step = (await stepsOf(service.own.database, [refreshId])).get(refreshId)?.[position];
  const load = step && STEP_CODE[step.name];
  if (!load) throw new Error(`There is no step ${position}`);
  const task = { load, openSearchEngine: () => engine, tasksOf: refreshTasksOf, lastAttempt: LAST_ATTEMPT };
  await stepHandler(task)({ refreshId, position }, contextOf(LAST_ATTEMPT)).catch(() => undefined);
}

/** Indexes a slice, as a worker does. */
async function runSlice(refreshId: string, number: number, attempt = 1): Promise<void> {
  const task = { openSearchEngine: () => engine, tasksOf: refreshTasksOf, lastAttempt: LAST_ATTEMPT };
  await indexSliceHandler(task)({ refreshId, number }, contextOf(attempt));
}

async function slicesOf(refreshId: string) {
  return service.own.database('ingestion.slices').where({ refresh_id: refreshId }).orderBy('number');
}

async function runSlices(refreshId: string): Promise<void> {
  for (const { number } of await slicesOf(refreshId)) await runSlice(refreshId, number);
}

async function refreshOf(id: string): Promise<Refresh> {
  const refresh = await findRefresh(service.own.database, id);
  if (!refresh) throw new Error(`There is no refresh ${id}`);
  return refresh;
}

async function taskIdOfStep(refreshId: string): Promise<string | null | undefined> {
  return (await stepsOf(service.own.database, [refreshId])).get(refreshId)?.[0]?.taskId;
}

async function resultOf(refreshId: string, position = 0) {
  return (await stepsOf(service.own.database, [refreshId])).get(refreshId)?.[position]?.result;
}

/** Requests an action on images, and runs its steps. */
async function run(action: string, fields: object = {}): Promise<string> {
  const id = dashed(await service.post({ model: 'image', action, ...fields }));
  await runStep(id);
  await runSlices(id);
  if ((await refreshOf(id)).ended === null && (await slicesOf(id)).length > 0) await runStep(id);
  if ((await refreshOf(id)).ended === null) await runStep(id, 1);
  return id;
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

describe('indexing a table', () => {
  it('indexes every row, in slices, and says what it has come to', async () => {
    await insertRows(2_500);
    await service.api.database.raw('UPDATE public.image SET removed_from_source = true WHERE id < 0');
    const id = await run('REINDEX', { index_suffix: 'a' });
    expect(await refreshOf(id)).toMatchObject({ state: 'done', progress: 100, error: null });
    expect(await resultOf(id)).toEqual({
      indexName: 'image-a',
      rows: 2_500,
      documents: 2_499,
      removed: 1,
      failed: 0,
    });
    expect(await slicesOf(id)).toHaveLength(3);
    expect(await engine.count('image-a')).toBe(2_499);
    expect((await engine.search('image-a', { words: 'dogs 77', limit: 5 })).ids).toEqual(['75000000000']);
    expect(await service.own.database('ingestion.indexes').first()).toMatchObject({
      name: 'image-a',
      state: 'complete',
      document_count: '2499',
    });
  });

  it.each([0, 1])('indexes a table of %d rows', async (count) => {
    await insertRows(count);
    const id = await run('REINDEX', { index_suffix: 'a' });
    expect(await refreshOf(id)).toMatchObject({ state: 'done' });
    expect(await engine.count('image-a')).toBe(count);
  });

  it('indexes a slice again whose worker was lost, and nothing twice', async () => {
    await insertRows(2_000);
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    engine.failures = 1;
    await expect(runSlice(id, 1)).rejects.toThrow('the engine is away');
    await runSlice(id, 1, 2);
    await runSlice(id, 1, 3);
    const before = await taskIdOfStep(id);
    await runSlice(id, 0);
    expect(await taskIdOfStep(id)).not.toBe(before);
    await runStep(id);
    expect(await resultOf(id)).toMatchObject({ rows: 2_000, documents: 2_000 });
    expect(await engine.count('image-a')).toBe(2_000);
  });

  it('goes on with the slices that it has when the step runs again', async () => {
    await insertRows(10);
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    await runStep(id);
    expect(await slicesOf(id)).toHaveLength(1);
    expect(await resultOf(id)).toBeNull();
  });

  it('counts and keeps documents that fail, with the ids of their rows', async () => {
    await insertRows(300);
    await service.api.database.raw(
      `UPDATE public.image SET standardized_popularity = 'NaN' WHERE id = 1000000000`,
    );
    await service.api.database.raw(
      `UPDATE public.image SET title = (SELECT string_agg(n::text || 'x', ' ') FROM generate_series(1, 200000) n) WHERE id = 0`,
    );
    const id = await run('REINDEX', { index_suffix: 'a' });
    expect(await refreshOf(id)).toMatchObject({ state: 'done' });
    expect(await resultOf(id)).toMatchObject({ rows: 300, documents: 299, failed: 1 });
    expect(await service.own.database('ingestion.document_errors')).toMatchObject([
      { row_id: '0', slice_number: 0, reason: expect.stringContaining('tsvector') },
    ]);
  });

  it('fails where more documents fail than may, and says why', async () => {
    await insertRows(2_000);
    await service.api.database.raw(
      `UPDATE public.image SET title = (SELECT string_agg(n::text || 'x', ' ') FROM generate_series(1, 200000) n)
       WHERE id < 20000000000`,
    );
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    await expect(runSlice(id, 0)).rejects.toMatchObject({ name: 'PermanentTaskError' });
    expect(await refreshOf(id)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/^21 of 2000 documents failed, more than 1 percent; row -1000000000: /),
    });
    expect((await slicesOf(id)).map(({ state }) => state)).toEqual(['done', 'waiting']);
    await runSlice(id, 1);
    expect(await engine.count('image-a')).toBe(979);
  });

  it('fails when a slice has failed at its last attempt', async () => {
    await insertRows(10);
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    engine.failures = 1;
    await expect(runSlice(id, 0, LAST_ATTEMPT)).rejects.toMatchObject({ name: 'PermanentTaskError' });
    expect(await refreshOf(id)).toMatchObject({
      state: 'failed',
      error: 'The ids from -1000000000 to 8000000000 could not be indexed: the engine is away',
    });
  });

  it('enqueues a slice again whose task is gone', async () => {
    await insertRows(10);
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    const [before] = await slicesOf(id);
    const watched = () =>
      watchSlices(service.platform, refreshTasksOf(service.queue), service.platform.logger);
    expect(await watched()).toBe(0);
    await service.queue.deleteQueuedTasks([before.task_id]);
    expect(await watched()).toBe(1);
    expect((await slicesOf(id))[0].task_id).not.toBe(before.task_id);
    expect(await watched()).toBe(0);
  });

  it('fails where an operator has cancelled the task of a slice', async () => {
    await insertRows(10);
    const id = dashed(await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' }));
    await runStep(id);
    const [slice] = await slicesOf(id);
    await service.queue.cancel(slice.task_id, 'Ada');
    await watchSlices(service.platform, refreshTasksOf(service.queue), service.platform.logger);
    expect(await refreshOf(id)).toMatchObject({ state: 'failed', error: expect.stringContaining('Ada') });
  });

  it('touches no index that searches use', async () => {
    await insertRows(10);
    await run('REINDEX', { index_suffix: 'a' });
    await engine.pointAliases([{ alias: 'image', indexName: 'image-a' }]);
    await service.api.database.raw('DELETE FROM public.image');
    const id = await run('REINDEX', { index_suffix: 'a' });
    expect(await refreshOf(id)).toMatchObject({
      state: 'failed',
      isBadRequest: true,
      error: 'The index image-a is in use: image',
    });
    expect(await engine.count('image')).toBe(10);
  });

  it('begins an index anew that was left', async () => {
    await engine.createIndex('image-a', image);
    await engine.bulkIndex('image-a', [{ id: '77', fields: {} }]);
    await insertRows(3);
    await run('REINDEX', { index_suffix: 'a' });
    expect((await engine.search('image-a', { limit: 10 })).ids).not.toContain('77');
    expect(await engine.count('image-a')).toBe(3);
  });

  it.each([
    ['is missing', 'DROP TABLE public.image', 'There is no table public.image'],
    [
      'has no numbers as ids',
      'ALTER TABLE public.image ALTER COLUMN id TYPE text',
      'The table public.image has no whole-number column id',
    ],
  ])('fails where the table %s', async (_what, change, error) => {
    await service.api.database.raw(change);
    expect(await refreshOf(await run('REINDEX'))).toMatchObject({ state: 'failed', error });
  });
});

describe('updating an index', () => {
  it('indexes rows that were updated since, and removes those that their source has removed', async () => {
    await insertRows(10);
    await run('REINDEX', { index_suffix: 'a' });
    await service.api.database.raw(`
      UPDATE public.image SET title = 'cat', updated_on = '2026-06-01' WHERE id = 1000000000;
      UPDATE public.image SET removed_from_source = true, updated_on = '2026-06-02' WHERE id = 2000000000;
      UPDATE public.image SET title = 'cat' WHERE id = 3000000000`);
    const id = await run('UPDATE_INDEX', { index_suffix: 'a', since_date: '2026-06-01' });
    expect(await refreshOf(id)).toMatchObject({ state: 'done' });
    expect(await resultOf(id)).toMatchObject({ rows: 2, documents: 1, removed: 1 });
    expect((await engine.search('image-a', { words: 'cat', limit: 5 })).ids).toEqual(['1000000000']);
    expect(await engine.count('image-a')).toBe(9);
  });

  it('has nothing to do where nothing was updated, and needs an index', async () => {
    await insertRows(10);
    await run('REINDEX', { index_suffix: 'a' });
    const id = await run('UPDATE_INDEX', { index_suffix: 'a', since_date: '2030-01-01' });
    expect(await refreshOf(id)).toMatchObject({ state: 'done' });
    expect(await engine.count('image-a')).toBe(10);
    const missing = await run('UPDATE_INDEX', { index_suffix: 'b', since_date: '2026-06-01' });
    expect(await refreshOf(missing)).toMatchObject({ state: 'failed', isBadRequest: true });
  });
});

describe('a filtered index', () => {
  beforeEach(async () => {
    await insertRows(
      20,
      `CASE n WHEN 3 THEN 'Birds!' WHEN 4 THEN 'black holes' WHEN 5 THEN 'birdlike' ELSE 'dog' END`,
    );
    await run('REINDEX', { index_suffix: 'a' });
  });

  it('has no documents with sensitive terms', async () => {
    terms = '\uFEFFBird \r\n\r\nblack hole\r\n';
    const id = await run('CREATE_AND_POPULATE_FILTERED_INDEX', {
      origin_index_suffix: 'a',
      destination_index_suffix: 'b',
    });
    expect(await refreshOf(id)).toMatchObject({ state: 'done', progress: 100 });
    expect(await resultOf(id)).toEqual({
      indexName: 'image-b-filtered',
      documents: 18,
      leftOut: 2,
      terms: 2,
    });
    expect(await engine.count('image-b-filtered')).toBe(18);
  });

  it('is of the index that the alias of the model points to, where none is said', async () => {
    const none = await run('CREATE_AND_POPULATE_FILTERED_INDEX');
    expect(await refreshOf(none)).toMatchObject({ state: 'failed', isBadRequest: true });
    await engine.pointAliases([{ alias: 'image', indexName: 'image-a' }]);
    const id = await run('CREATE_AND_POPULATE_FILTERED_INDEX');
    expect(await refreshOf(id)).toMatchObject({ state: 'done' });
    expect(await engine.count(`image-${id.replaceAll('-', '')}-filtered`)).toBe(18);
  });

  it('is not made of an empty list of terms', async () => {
    terms = '\n \n';
    const id = await run('CREATE_AND_POPULATE_FILTERED_INDEX', { origin_index_suffix: 'a' });
    expect(await refreshOf(id)).toMatchObject({
      state: 'failed',
      error: 'The list of sensitive terms is empty',
    });
  });
});
