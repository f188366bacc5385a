import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type IngestionDatabases,
  openIngestionDatabases,
} from '../../../../src/apps/ingestion/databases/ingestion-databases.ts';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import { tidyHandler } from '../../../../src/apps/ingestion/promotion/tidy-model.ts';
import type { Refresh } from '../../../../src/apps/ingestion/refreshes/refresh.ts';
import { stepHandler } from '../../../../src/apps/ingestion/refreshes/run-step.ts';
import { STEP_CODE } from '../../../../src/apps/ingestion/refreshes/step-code.ts';
import { findRefresh, listRefreshes } from '../../../../src/apps/ingestion/refreshes/stored-refreshes.ts';
import { stepsOf } from '../../../../src/apps/ingestion/refreshes/stored-steps.ts';
import { refreshTasksOf } from '../../../../src/apps/ingestion/tasks.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import { IngestionService } from '../ingestion-service.ts';
import { OutsideSearchEngine } from '../outside-search-engine.ts';

const LAST_ATTEMPT = 3;

let service: IngestionService;
let databases: IngestionDatabases;
let engine: OutsideSearchEngine;
beforeEach(async () => {
  service = await IngestionService.start({
    INGESTION_SWAP_LOCK_MS: '20',
    INGESTION_SWAP_TRIES: '1',
    INGESTION_WAITING_HOURS: '2400',
  });
  databases = openIngestionDatabases(service.platform);
  engine = new OutsideSearchEngine(service.api.database);
  await service.api.database.raw(`
    CREATE SCHEMA ingestion_next;
    CREATE TABLE public.image (id integer PRIMARY KEY, title text);
    CREATE INDEX image_title ON public.image (title);
    INSERT INTO public.image SELECT n, 'old' FROM generate_series(1, 10) n;
    CREATE TABLE public.report (
      id serial PRIMARY KEY, image_id integer CONSTRAINT report_image_fk REFERENCES public.image
    );
    INSERT INTO public.report (image_id) VALUES (1), (10), (null);
  `);
});
afterEach(async () => {
  await databases.close();
  await service.stop();
});

/** An ingest that has come to its end, with a copy of so many rows and an index of as many documents. */
async function ingested(suffix: string, rows: number, indexed = rows): Promise<string> {
  await service.api.database.raw(`
    DROP TABLE IF EXISTS ingestion_next.image;
    CREATE TABLE ingestion_next.image (LIKE public.image INCLUDING DEFAULTS, CONSTRAINT image_pkey PRIMARY KEY (id));
    INSERT INTO ingestion_next.image SELECT n, '${suffix}' FROM generate_series(1, ${rows}) n`);
  const index = `image-${suffix}`;
  await engine.createIndex(index, image);
  const ids = Array.from({ length: indexed }, (_, at) => ({ id: String(at + 1), fields: {} }));
  await engine.bulkIndex(index, ids);
  const id = await service.post({ model: 'image', action: 'INGEST_UPSTREAM', index_suffix: suffix });
  const results = {
    copy: { tables: { image: { rows, snapshotRows: rows, deletedRows: 0 } } },
    index: { indexName: index, rows, documents: rows, removed: 0, failed: 0 },
  };
  for (const [name, result] of Object.entries(results)) {
    await service.own
      .database('ingestion.steps')
      .where({ name })
      .update({ result: JSON.stringify(result) });
  }
  await service.own
    .database('ingestion.refreshes')
    .whereRaw('id = ?::uuid', [id])
    .update({ state: 'ready', ended: service.own.database.raw('clock_timestamp()') });
  return id;
}

/** Runs a step as a worker does. */
async function runStep(refresh: Refresh, position: number, attempt = LAST_ATTEMPT): Promise<void> {
  const step = (await stepsOf(service.own.database, [refresh.id])).get(refresh.id)?.[position];
  const load = step && STEP_CODE[step.name];
  if (!load) throw new Error(`There is no step ${position}`);
  const handler = stepHandler({
    load,
    openSearchEngine: () => engine,
    tasksOf: refreshTasksOf,
    lastAttempt: LAST_ATTEMPT,
  });
  await handler({ refreshId: refresh.id, position }, taskContext(step.taskId ?? '', attempt));
}

function taskContext(taskId: string, attempt = 1): TaskContext {
  const { platform } = service;
  const { signal } = new AbortController();
  return { taskId, attempt, signal, progress: () => {}, logger: platform.logger, platform };
}

/** Requests something, and runs all its steps. */
async function perform(request: object): Promise<Refresh> {
  const id = await service.post({ model: 'image', ...request });
  for (let position = 0; ; position += 1) {
    const refresh = await findRefresh(service.own.database, id);
    if (!refresh) throw new Error(`There is no refresh ${id}`);
    if (refresh.ended !== null) return refresh;
    await runStep(refresh, position).catch(() => undefined);
  }
}

const promote = (suffix: string, more: object = {}) =>
  perform({ action: 'PROMOTE', index_suffix: suffix, alias: 'image-main', ...more });

/** Requests a promotion, and runs the steps before the swap. */
async function readyToSwap(suffix: string): Promise<Refresh> {
  const request = { model: 'image', action: 'PROMOTE', index_suffix: suffix, alias: 'image-main' };
  const refresh = await findRefresh(service.own.database, await service.post(request));
  if (!refresh) throw new Error('It was not stored');
  await runStep(refresh, 0);
  await runStep(refresh, 1);
  return refresh;
}

/** The index that the alias points to. */
async function target(): Promise<string | undefined> {
  const described = await engine.describe('image-main');
  return described.kind === 'alias' ? described.indexName : undefined;
}

const indexNames = async () => (await engine.listIndexes(10)).map(({ name }) => name);

const tidy = () =>
  tidyHandler({ openSearchEngine: () => engine, tasksOf: refreshTasksOf })(
    { model: 'image' },
    taskContext(randomUUID()),
  );

function titles(): Promise<readonly string[]> {
  return service.api.database('public.image').distinct('title').pluck('title');
}

describe('a promotion', () => {
  it('puts the copy and its index live, and the ingest is done', async () => {
    const ingest = await ingested('spring', 12);
    expect(await promote('spring')).toMatchObject({ state: 'done', progress: 100, error: null });
    expect(await titles()).toEqual(['spring']);
    expect(await target()).toBe('image-spring');
    expect((await service.send('GET', `/task/${ingest}`)).body).toMatchObject({ state: 'done' });
  });

  it('removes rows that refer to what is gone, and says how many', async () => {
    await ingested('spring', 9);
    expect(await promote('spring')).toMatchObject({
      message: 'image is live with the index image-spring; 1 row was removed for report_image_fk',
    });
    expect(await service.api.database('public.report').orderBy('id').pluck('image_id')).toEqual([1, null]);
  });

  it('leaves rows that referred to nothing before, where their foreign key was never validated', async () => {
    await service.api.database.raw(`
      CREATE TABLE public.note (image_id integer);
      INSERT INTO public.note VALUES (1), (99);
      ALTER TABLE public.note ADD CONSTRAINT note_image_fk FOREIGN KEY (image_id) REFERENCES public.image NOT VALID`);
    await ingested('spring', 12);
    expect(await promote('spring')).toMatchObject({ message: 'image is live with the index image-spring' });
    expect(await service.api.database('public.note').orderBy('image_id').pluck('image_id')).toEqual([1, 99]);
    expect(
      await service.api.database('pg_constraint').where({ conname: 'note_image_fk' }).pluck('convalidated'),
    ).toEqual([false]);
  });

  it('is refused where no such copy waits', async () => {
    expect(await promote('winter')).toMatchObject({ state: 'failed', isBadRequest: true });
    expect(await titles()).toEqual(['old']);
  });

  it('is refused where the index lacks documents, and nothing has changed', async () => {
    await ingested('spring', 12, 11);
    expect(await promote('spring')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('has 11 documents, and should have 12'),
    });
    expect(await titles()).toEqual(['old']);
    expect(await target()).toBeUndefined();
  });

  it('is refused where the copy has far fewer rows than are live, unless it is forced', async () => {
    await ingested('spring', 8);
    expect(await promote('spring')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('90 %'),
    });
    expect(await promote('spring', { force: true })).toMatchObject({ state: 'done' });
  });

  it('is refused where the alias is an index', async () => {
    await ingested('spring', 12);
    await engine.createIndex('image-main', image);
    expect(await promote('spring')).toMatchObject({ state: 'failed', isBadRequest: true });
    expect(await titles()).toEqual(['old']);
  });

  it('goes on at the next attempt where the engine was away after the swap', async () => {
    await ingested('spring', 12);
    const id = await service.post({
      model: 'image',
      action: 'PROMOTE',
      index_suffix: 'spring',
      alias: 'image-main',
    });
    const refresh = await findRefresh(service.own.database, id);
    if (!refresh) throw new Error('It was not stored');
    await runStep(refresh, 0);
    await runStep(refresh, 1);
    engine.failures = 1;
    await expect(runStep(refresh, 2, 1)).rejects.toThrow('away');
    expect((await service.send('DELETE', `/task/${id}`)).status).toBe(409);
    await runStep(refresh, 2, 2);
    expect(await findRefresh(service.own.database, id)).toMatchObject({ state: 'done' });
    expect(await target()).toBe('image-spring');
  });

  it('changes nothing at a further attempt once it is taken back', async () => {
    await ingested('spring', 12);
    const refresh = await readyToSwap('spring');
    const reader = await service.api.database.transaction();
    await reader('public.image').count();
    // As if the worker was killed before it stored that the refresh has failed.
    await service.own.database.raw(`
      CREATE FUNCTION ingestion.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE OF ended ON ingestion.refreshes FOR EACH ROW
        WHEN (new.ended IS NOT NULL) EXECUTE FUNCTION ingestion.refuse()`);
    await expect(runStep(refresh, 2, 1)).rejects.toThrow('killed');
    await service.own.database.raw('DROP TRIGGER refuse ON ingestion.refreshes');
    await reader.rollback();
    await runStep(refresh, 2, 2).catch(() => undefined);
    expect(await findRefresh(service.own.database, refresh.id)).toMatchObject({ state: 'failed' });
    expect(await titles()).toEqual(['old']);
  });

  it('swaps nothing once it is cancelled, however far it is', async () => {
    await ingested('spring', 12);
    const refresh = await readyToSwap('spring');
    engine.beforeDescribe = async () => {
      engine.beforeDescribe = undefined;
      expect((await service.send('DELETE', `/task/${refresh.id}`)).body).toMatchObject({
        state: 'cancelled',
      });
    };
    await runStep(refresh, 2).catch(() => undefined);
    expect(await findRefresh(service.own.database, refresh.id)).toMatchObject({ state: 'cancelled' });
    expect(await titles()).toEqual(['old']);
    expect(await target()).toBeUndefined();
  });

  it('is finished by the tidying where all attempts failed after the swap', async () => {
    await ingested('spring', 12);
    engine.failures = 1;
    const { id } = await promote('spring', { callback_url: 'https://example.org/' });
    expect(await findRefresh(service.own.database, id)).toMatchObject({ state: 'failed' });
    expect(await target()).toBeUndefined();
    await service.own.database('ingestion.callbacks').update({ state: 'delivered' });
    await tidy();
    expect(await target()).toBe('image-spring');
    expect(await findRefresh(service.own.database, id)).toMatchObject({
      state: 'done',
      error: null,
      message: expect.stringContaining('is live with the index image-spring'),
    });
    expect(await service.own.database('ingestion.callbacks').pluck('state')).toEqual(['waiting']);
    expect(await titles()).toEqual(['spring']);
  });

  it('is done where its refresh was taken for failed while its worker was still at it', async () => {
    await ingested('spring', 12);
    const refresh = await readyToSwap('spring');
    const pointAliases = engine.pointAliases.bind(engine);
    engine.pointAliases = async (moves) => {
      const ended = service.own.database.raw('clock_timestamp()');
      await service.own
        .database('ingestion.refreshes')
        .where({ id: refresh.id })
        .update({ state: 'failed', ended });
      await pointAliases(moves);
    };
    await runStep(refresh, 2);
    expect(await findRefresh(service.own.database, refresh.id)).toMatchObject({
      state: 'done',
      progress: 100,
    });
    expect(await target()).toBe('image-spring');
  });

  it('leaves a later copy waiting where the tidying finishes it', async () => {
    await ingested('spring', 12);
    engine.failures = 1;
    await promote('spring');
    const summer = await ingested('summer', 13);
    await tidy();
    expect(await target()).toBe('image-spring');
    expect((await service.send('GET', `/task/${summer}`)).body).toMatchObject({ state: 'ready' });
    expect(await promote('summer')).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['summer']);
  });
});

describe('a roll-back', () => {
  it('puts the tables and the index before the last promotion live again', async () => {
    await ingested('spring', 12);
    await promote('spring');
    await ingested('summer', 13);
    await promote('summer');
    expect(await titles()).toEqual(['summer']);
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['spring']);
    expect(await target()).toBe('image-spring');
  });

  it('can be taken back itself', async () => {
    await ingested('spring', 12);
    await promote('spring');
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({
      message: 'image is live without an index',
    });
    expect(await titles()).toEqual(['old']);
    expect(await target()).toBeUndefined();
    await perform({ action: 'ROLL_BACK' });
    expect(await titles()).toEqual(['spring']);
    expect(await target()).toBe('image-spring');
  });

  it('leaves a copy that waits for its promotion where it is', async () => {
    await ingested('spring', 12);
    await promote('spring');
    await ingested('summer', 13);
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['old']);
    expect(await promote('summer')).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['summer']);
  });

  it('puts back a table that lacks a column which the promotion has added', async () => {
    await ingested('spring', 12);
    await service.api.database.raw(
      'ALTER TABLE ingestion_next.image ADD COLUMN standardized_popularity double precision',
    );
    await promote('spring');
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['old']);
  });

  it('is still possible after a promotion that did not get its locks', async () => {
    await ingested('spring', 12);
    await promote('spring');
    await ingested('summer', 13);
    const reader = await service.api.database.transaction();
    await reader('public.image').count();
    expect(await promote('summer')).toMatchObject({ state: 'failed' });
    await reader.rollback();
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'done', error: null });
    expect(await titles()).toEqual(['old']);
  });

  it('is refused where nothing was promoted', async () => {
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'failed', isBadRequest: true });
  });
});

describe('the tidying', () => {
  it('drops copies that wait for nothing, and no others', async () => {
    const exists = async () =>
      (await service.api.database.raw(`SELECT to_regclass('ingestion_next.image') AS name`)).rows[0].name;
    await ingested('spring', 12);
    await tidy();
    expect(await exists()).not.toBeNull();
    await service.own.database('ingestion.refreshes').update({ state: 'failed' });
    await tidy();
    expect(await exists()).toBeNull();
  });

  const previousTable = async () =>
    (await service.api.database.raw(`SELECT to_regclass('ingestion_previous.image') AS name`)).rows[0].name;

  const longAgo = () => service.own.database.raw(`clock_timestamp() - interval '73 hours'`);

  /** Stores an index as one that a refresh has made. */
  async function madeBy(name: string, refreshId: string | null, more: object = {}): Promise<void> {
    await engine.createIndex(name, image);
    await service.own
      .database('ingestion.indexes')
      .insert({ name, model: 'image', refresh_id: refreshId, state: 'complete', ...more })
      .onConflict('name')
      .merge();
  }

  it('keeps what a promotion has replaced for INGESTION_KEEP_HOURS, and no longer', async () => {
    await ingested('spring', 12);
    await promote('spring');
    await ingested('summer', 13);
    await madeBy('image-spring', null, { created: longAgo() });
    await promote('summer');
    await tidy();
    expect(await previousTable()).not.toBeNull();
    expect(await indexNames()).toEqual(['image-spring', 'image-summer']);
    await service.own.database('ingestion.retired_tables').update({ retired: longAgo() });
    await service.own.database('ingestion.indexes').update({ retired: longAgo() });
    await tidy();
    expect(await previousTable()).toBeNull();
    expect(await indexNames()).toEqual(['image-summer']);
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'failed', isBadRequest: true });
    expect(await titles()).toEqual(['summer']);
  });

  it('removes the index of a refresh that has failed, and none that an alias points to', async () => {
    const id = await ingested('spring', 12);
    await service.own.database('ingestion.refreshes').update({ state: 'failed' });
    const refreshId = (await service.own.database('ingestion.refreshes').first('id')).id;
    expect(refreshId.replaceAll('-', '')).toBe(id);
    await madeBy('image-spring', refreshId);
    await madeBy('image-winter', refreshId);
    await madeBy('image-autumn', null, { created: longAgo() });
    await engine.pointAliases([{ alias: 'image-main', indexName: 'image-winter' }]);
    await tidy();
    expect(await indexNames()).toEqual(['image-winter']);
  });

  it('forgets refreshes that ended long ago, except those that a copy or a roll-back needs', async () => {
    await ingested('spring', 12);
    await promote('spring');
    await ingested('summer', 13);
    await promote('summer');
    await ingested('autumn', 14);
    const { database } = service.own;
    const monthsAgo = database.raw(`created - interval '91 days'`);
    await database('ingestion.refreshes').update({ created: monthsAgo, ended: monthsAgo });
    await perform({ action: 'POINT_ALIAS', index_suffix: 'spring', alias: 'image-other' });
    await tidy();
    expect((await listRefreshes(database)).map(({ action, indexSuffix }) => [action, indexSuffix])).toEqual([
      ['PROMOTE', 'summer'],
      ['INGEST_UPSTREAM', 'autumn'],
      ['POINT_ALIAS', 'spring'],
    ]);
    expect(await perform({ action: 'ROLL_BACK' })).toMatchObject({ state: 'done', error: null });
  });

  it('removes a copy that was not promoted for INGESTION_WAITING_HOURS, unless a task may be about to', async () => {
    await ingested('spring', 12);
    const refreshId = (await service.own.database('ingestion.refreshes').first('id')).id;
    await madeBy('image-spring', refreshId);
    await service.own
      .database('ingestion.refreshes')
      .update({ ended: service.own.database.raw(`ended - interval '101 days'`) });
    const next = () =>
      service.api.database('pg_tables').where({ schemaname: 'ingestion_next' }).pluck('tablename');
    const promotion = await readyToSwap('spring');
    await tidy();
    expect(await next()).toEqual(['image']);
    await service.send('DELETE', `/task/${promotion.id.replaceAll('-', '')}`);
    await tidy();
    expect(await next()).toEqual([]);
    expect(await indexNames()).toEqual([]);
    expect(await findRefresh(service.own.database, refreshId)).toMatchObject({
      state: 'cancelled',
      message: 'It was not promoted within 2400 hours',
    });
    expect(await promote('spring')).toMatchObject({ state: 'failed', isBadRequest: true });
  });

  it('leaves the index of a copy that waits for its promotion', async () => {
    await ingested('spring', 12);
    const refreshId = (await service.own.database('ingestion.refreshes').first('id')).id;
    await madeBy('image-spring', refreshId, { created: longAgo() });
    await tidy();
    expect(await indexNames()).toEqual(['image-spring']);
  });
});

it('takes no alias away from an index that cannot be deleted, as another alias points to it', async () => {
  await engine.createIndex('image-spring', image);
  const aliases = ['image-main', 'image-other'];
  await engine.pointAliases(aliases.map((alias) => ({ alias, indexName: 'image-spring' })));
  const request = { action: 'DELETE_INDEX', alias: 'image-main', force_delete: true };
  expect(await perform(request)).toMatchObject({ state: 'failed', isBadRequest: true });
  expect(await engine.describe('image-spring')).toEqual({ kind: 'index', aliases });
});

it.each([
  ['an alias that is taken for an index', { index_suffix: 'main', alias: null }, 'image-main is an alias'],
  [
    'an index that is taken for an alias',
    { index_suffix: 'x', alias: 'image-spring' },
    'image-spring is an index, and no alias',
  ],
])('deletes nothing for %s, and says why', async (_what, request, reason) => {
  await engine.createIndex('image-spring', image);
  // What the API would see at once: the alias is pointed there after the request.
  const id = await service.post({ model: 'image', action: 'DELETE_INDEX', index_suffix: 'later' });
  await service.own.database('ingestion.refreshes').update({ ...request, is_forced: true });
  await engine.pointAliases([{ alias: 'image-main', indexName: 'image-spring' }]);
  const refresh = await findRefresh(service.own.database, id);
  if (!refresh) throw new Error('It was not stored');
  await runStep(refresh, 0, 1).catch(() => undefined);
  expect(await findRefresh(service.own.database, id)).toMatchObject({
    state: 'failed',
    isBadRequest: true,
    error: reason,
  });
  expect(await engine.describe('image-spring')).toEqual({ kind: 'index', aliases: ['image-main'] });
});

it('ends with one refresh for each request, each with one end', async () => {
  await ingested('spring', 12);
  await promote('spring');
  await perform({ action: 'POINT_ALIAS', index_suffix: 'spring', alias: 'image-other' });
  const refreshes = await listRefreshes(service.own.database);
  expect(refreshes.map(({ action, state }) => [action, state])).toEqual([
    ['INGEST_UPSTREAM', 'done'],
    ['PROMOTE', 'done'],
    ['POINT_ALIAS', 'done'],
  ]);
});
