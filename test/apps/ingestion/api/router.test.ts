import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { IngestionService } from '../ingestion-service.ts';
import { listed } from '../reply-body.ts';

const INGEST = { model: 'image', action: 'INGEST_UPSTREAM' };

describe('the API', () => {
  let service: IngestionService;
  beforeAll(async () => {
    service = await IngestionService.start();
  });
  afterAll(() => service.stop());
  afterEach(() => service.own.database('ingestion.refreshes').delete());

  it('says that it runs', async () => {
    expect(await service.send('GET', '')).toMatchObject({ status: 200, body: { status: '200 OK' } });
  });

  it('has no tasks at first', async () => {
    expect(await service.send('GET', '/task')).toMatchObject({ status: 200, body: [] });
  });

  it('accepts a task, and says where to look at it', async () => {
    const { status, body } = await service.send('POST', '/task', { ...INGEST, index_suffix: 'spring' });
    expect(status).toBe(202);
    expect(body).toEqual({
      message: 'Successfully scheduled task',
      task_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      status_check: `${service.url}/task/${body.task_id}`,
    });
    const response = await fetch(String(body.status_check));
    expect(await response.json()).toMatchObject({
      task_id: body.task_id,
      active: true,
      model: 'image',
      action: 'INGEST_UPSTREAM',
      progress: 0,
      finish_timestamp: 0,
      finish_time: null,
      active_workers: false,
      error: false,
      is_bad_request: false,
      state: 'queued',
      index_suffix: 'spring',
      steps: [
        { name: 'copy', state: 'waiting' },
        { name: 'clean' },
        { name: 'index' },
        { name: 'verify_copy' },
      ],
    });
  });

  it('names the index after the task where no suffix is given', async () => {
    const id = await service.post(INGEST);
    expect((await service.send('GET', `/task/${id}`)).body.index_suffix).toBe(id);
  });

  it('stores the task and its first step together, and one task of a model waits for the other', async () => {
    const ids = [await service.post(INGEST), await service.post(INGEST)];
    await service.post({ ...INGEST, model: 'audio' });
    const admitted = await service.own
      .database('ingestion.refreshes')
      .whereNotNull('admitted')
      .orderBy('created')
      .select('model', service.own.database.raw(`replace(id::text, '-', '') AS id`));
    expect(admitted).toEqual([
      { model: 'image', id: ids[0] },
      { model: 'audio', id: expect.anything() },
    ]);
    const queued = await service.queue.queuedTasks({ limit: 10, offset: 0 });
    const tasks = await service.own.database('ingestion.steps').whereNotNull('task_id').pluck('task_id');
    expect(queued.map(({ id }) => id)).toEqual(expect.arrayContaining(tasks));
    expect(tasks).toHaveLength(2);
  });

  it('cancels a task, and begins the next one of the model', async () => {
    const [first, second] = [await service.post(INGEST), await service.post(INGEST)];
    expect(await service.send('DELETE', `/task/${first}`)).toMatchObject({
      status: 200,
      body: { state: 'cancelled', active: false, error: false, finish_time: expect.any(String) },
    });
    const [next] = await service.own
      .database('ingestion.refreshes')
      .whereNotNull('admitted')
      .whereNull('ended');
    expect(next.id.replaceAll('-', '')).toBe(second);
    const again = await service.send('DELETE', `/task/${first}`);
    expect(again).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  });

  it('lists tasks in the order in which they ended, and those that have not last', async () => {
    const ids = [await service.post(INGEST), await service.post(INGEST), await service.post(INGEST)];
    await service.send('DELETE', `/task/${ids[1]}`);
    await service.send('DELETE', `/task/${ids[0]}`);
    const { body } = await service.send('GET', '/task');
    expect(listed(body).map(({ task_id }) => task_id)).toEqual([ids[1], ids[0], ids[2]]);
  });

  it('knows no task of another id', async () => {
    const id = '0'.repeat(32);
    const missing = { status: 404, body: { message: `No task found with id ${id}.` } };
    expect(await service.send('GET', `/task/${id}`)).toMatchObject(missing);
    expect(await service.send('DELETE', `/task/${id}`)).toMatchObject(missing);
    expect(await service.send('GET', '/task/nonsense')).toMatchObject({ status: 404 });
  });

  it('takes what old workers and operators send, and does nothing', async () => {
    const id = await service.post(INGEST);
    expect(await service.send('POST', '/worker_finished', { error: true })).toMatchObject({ status: 200 });
    expect(await service.send('DELETE', '/state')).toMatchObject({ status: 200 });
    expect((await service.send('GET', `/task/${id}`)).body).toMatchObject({ active: true, state: 'queued' });
  });

  it.each([
    ['no model', { action: 'REINDEX' }, "must have required property 'model'"],
    ['an unknown model', { model: 'model_3d', action: 'REINDEX' }, 'image, audio'],
    ['an unknown action', { model: 'image', action: 'DROP' }, 'INGEST_UPSTREAM'],
    ['a promotion without an alias', { model: 'image', action: 'PROMOTE', index_suffix: 'a' }, 'alias'],
    ['an update without a date', { model: 'image', action: 'UPDATE_INDEX', index_suffix: 'a' }, 'since_date'],
    [
      'a date that is none',
      { model: 'image', action: 'UPDATE_INDEX', index_suffix: 'a', since_date: 'soon' },
      'since_date',
    ],
    [
      'a deletion by alias and suffix',
      { model: 'image', action: 'DELETE_INDEX', alias: 'a', index_suffix: 'b' },
      'exactly one',
    ],
    ['a deletion of nothing', { model: 'image', action: 'DELETE_INDEX' }, 'exactly one'],
    ['a pattern as suffix', { model: 'image', action: 'REINDEX', index_suffix: '*' }, 'image-*'],
    ['capitals in a suffix', { model: 'image', action: 'REINDEX', index_suffix: 'Spring' }, 'capital'],
    ['a callback to nowhere', { ...INGEST, callback_url: 'ftp://example.org' }, 'callback_url'],
    ['a NUL', { ...INGEST, index_suffix: 'a\0b' }, 'NUL'],
  ])('refuses %s', async (_what, request, reason) => {
    const { status, body } = await service.send('POST', '/task', request);
    expect(status).toBe(400);
    expect(body).toEqual({
      title: 'Request data failed validation',
      description: expect.stringContaining(reason),
    });
  });

  it.each([
    [{ index_suffix: 'main' }, 'image-main is an alias, and not an index.'],
    [{ alias: 'image-a', force_delete: true }, 'image-a is an index, and not an alias.'],
    [{ index_suffix: 'a' }, 'The index image-a is in use: image-main.'],
    [{ alias: 'image-main' }, '"image-main" is an alias: its index is deleted with "force_delete" alone.'],
  ])('refuses the deletion of %j, and says why', async (request, reason) => {
    const engine = new PostgresSearchEngine(service.api.database);
    await engine.createIndex('image-a', image);
    await engine.pointAliases([{ alias: 'image-main', indexName: 'image-a' }]);
    const { status, body } = await service.send('POST', '/task', {
      model: 'image',
      action: 'DELETE_INDEX',
      ...request,
    });
    expect([status, body]).toEqual([
      400,
      {
        message: 'Failed during task execution due to bad request. Check scheduler logs.',
        reason,
      },
    ]);
  });

  it('lets unknown names through', async () => {
    expect(await service.send('POST', '/task', { ...INGEST, colour: 'blue' })).toMatchObject({ status: 202 });
  });
});

describe('the API with INGESTION_COMPATIBILITY=strict', () => {
  let service: IngestionService;
  beforeAll(async () => {
    service = await IngestionService.start({ INGESTION_COMPATIBILITY: 'strict' });
  });
  afterAll(() => service.stop());

  it('refuses a second task of a model with 409 and the id of the first', async () => {
    const id = await service.post(INGEST);
    expect(await service.send('POST', '/task', INGEST)).toMatchObject({
      status: 409,
      body: { message: 'A task of the model image is running.', task_id: id },
    });
    expect(await service.send('POST', '/task', { ...INGEST, model: 'audio' })).toMatchObject({ status: 202 });
  });

  it('refuses a body that does not fit with 422', async () => {
    expect(await service.send('POST', '/task', {})).toMatchObject({ status: 422 });
  });
});

it('returns 503 where the search engine cannot be reached', async () => {
  const service = await IngestionService.start({
    INGESTION_SEARCH_ENGINE: 'elasticsearch+http://ada:secret@127.0.0.1:9',
  });
  try {
    expect(await service.send('GET', '/stat/image')).toMatchObject({
      status: 503,
      body: { message: 'The search engine cannot be reached.' },
    });
  } finally {
    await service.stop();
  }
});

describe('the tokens of the API', () => {
  it('are required of every caller where they are set', async () => {
    const service = await IngestionService.start({ INGESTION_TOKENS: 'one, other' });
    try {
      expect(await service.send('GET', '/task')).toMatchObject({ status: 401 });
      const wrong = { authorization: 'Bearer wrong' };
      expect(await service.send('GET', '/task', undefined, wrong)).toMatchObject({ status: 401 });
      const right = { authorization: 'Bearer other' };
      expect(await service.send('GET', '/task', undefined, right)).toMatchObject({ status: 200 });
    } finally {
      await service.stop();
    }
  });

  it.each([
    [{}, true],
    [{ WEB_SERVER_ADDRESS: '127.0.0.1' }, false],
    [{ INGESTION_TOKENS: 'one' }, false],
  ])('are missed at the start with %j: %s', async (environment, isWarned) => {
    const log = new PassThrough();
    const service = await IngestionService.start(environment, log);
    await service.stop();
    expect(String(log.read() ?? '').includes('INGESTION_TOKENS')).toBe(isWarned);
  });
});
