import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';

let site: RegistryService;
let operator: Record<string, string>;
let viewer: Record<string, string>;

beforeAll(async () => {
  site = await RegistryService.start();
  operator = await site.signUp('olga', 'operator');
  viewer = await site.signUp('victor', 'viewer');
});

afterAll(() => site.stop());

beforeEach(async () => {
  await site.platform.database.raw('TRUNCATE map_registry.endpoints, map_registry.endpoint_lists CASCADE');
  await site.queue.purgeQueue();
});

const add = (body: unknown) => site.send('POST', '/api/endpoints/', { body, headers: operator });

const addList = (
  body: string,
  query = '',
  headers: Record<string, string> = { 'content-type': 'text/plain' },
) => site.send('POST', `/api/endpoint-lists/${query}`, { body, headers: { ...operator, ...headers } });

describe('endpoints', () => {
  it('are added once, looked at, and found with what came of it', async () => {
    const added = await add({ url: 'HTTPS://maps.example:443/wms#top', is_greedy: true });
    expect(added).toMatchObject({
      status: 201,
      json: {
        url: 'https://maps.example/wms',
        catalog: 'hypermap',
        is_greedy: true,
        processed: false,
        processed_datetime: null,
        imported: false,
        message: null,
        endpoint_list: null,
      },
    });
    expect(await site.queue.queueSize()).toBe(1);
    const again = await add({ url: 'https://maps.example/wms' });
    expect([again.status, again.json.id]).toEqual([200, added.json.id]);
    expect(await site.queue.queueSize()).toBe(1);
    const path = `/api/endpoints/${added.json.id}/`;
    expect(added.headers.get('location')).toBe(`${site.url}${path}`);
    await site.platform.database('map_registry.endpoints').update({
      processed: '2026-11-28T17:00:00.5Z',
      imported: true,
      message: '2 service/s created',
    });
    expect((await site.send('GET', path, { headers: viewer })).json).toMatchObject({
      processed: true,
      processed_datetime: '2026-11-28T17:00:00.500000Z',
      message: '2 service/s created',
    });
    await site.queue.purgeQueue();
    expect(await site.send('POST', `${path}update/`, { headers: operator })).toMatchObject({
      status: 202,
      json: { processed: false },
    });
    expect(await site.queue.queueSize()).toBe(1);
    expect((await site.send('DELETE', path, { headers: operator })).status).toBe(204);
    expect((await site.send('GET', path, { headers: viewer })).status).toBe(404);
  });

  it('are listed by pages, the newest first', async () => {
    await addList(Array.from({ length: 120 }, (_, index) => `https://maps.example/${index}`).join('\n'));
    const first = await site.send('GET', '/api/endpoints/', { headers: viewer });
    expect(first.json.endpoints).toHaveLength(100);
    const second = await fetch(first.json.next, { headers: viewer });
    expect(await second.json()).toMatchObject({ endpoints: { length: 20 }, next: null });
  });

  it('are refused with a reason', async () => {
    await site.platform
      .database('map_registry.catalogs')
      .insert({ slug: 'far', name: 'Far', url: 'https://far.example/' });
    const cases: [object, string, RegExp][] = [
      [{}, 'url', /required/],
      [{ url: 'nonsense' }, 'url', /http/],
      [{ url: `https://a.example/${'x'.repeat(10_000)}` }, 'url', /2000/],
      [{ url: 'https://a.example/', catalog: 'none' }, 'catalog', /no catalogue/],
      [{ url: 'https://a.example/', catalog: 'far' }, 'catalog', /remote/],
      [{ url: 'https://a.example/', is_greedy: 'perhaps' }, 'is_greedy', /true or false/],
    ];
    for (const [body, field, reason] of cases) {
      const reply = await add(body);
      expect([body, reply.status, Object.keys(reply.json)]).toEqual([body, 400, [field]]);
      expect(reply.json[field][0]).toMatch(reason);
    }
    expect((await site.send('GET', '/api/endpoints/?before=x', { headers: viewer })).status).toBe(400);
    expect((await site.send('GET', '/api/endpoints/?catalog=none', { headers: viewer })).status).toBe(400);
  });

  it('are shown only after a login, and changed by operators alone', async () => {
    const { json } = await add({ url: 'https://maps.example/' });
    const requests: [string, string][] = [
      ['POST', '/api/endpoints/'],
      ['DELETE', `/api/endpoints/${json.id}/`],
      ['POST', `/api/endpoints/${json.id}/update/`],
      ['POST', '/api/endpoint-lists/'],
      ['POST', '/tasks_runner/'],
    ];
    for (const [method, path] of requests) {
      const without = await site.send(method, path);
      expect([path, without.status]).toEqual([path, 401]);
      expect(without.headers.get('www-authenticate')).toMatch(/^Basic/);
      expect((await site.send(method, path, { headers: viewer })).status).toBe(403);
    }
    for (const path of ['/api/endpoints/', `/api/endpoints/${json.id}/`, '/tasks_runner/']) {
      expect((await site.send('GET', path)).status).toBe(401);
      expect((await site.send('GET', path, { headers: viewer })).status).toBe(200);
    }
  });
});

describe('lists of endpoints', () => {
  it('are texts with one URL a line', async () => {
    const reply = await addList(
      'https://a.example/\r\nnonsense\r\nhttps://a.example/\r\n',
      '?name=my.txt&is_greedy=true',
    );
    expect(reply).toMatchObject({
      status: 201,
      json: {
        name: 'my.txt',
        created: 1,
        existing: 1,
        refused: 1,
        refused_lines: [{ line: 2, reason: expect.stringContaining('no URL') }],
      },
    });
    const { json } = await site.send('GET', '/api/endpoints/', { headers: viewer });
    expect(json.endpoints).toMatchObject([
      { catalog: 'hypermap', is_greedy: true, endpoint_list: reply.json.id },
    ]);
    const one = await site.send('GET', `/api/endpoints/${json.endpoints[0].id}/`, { headers: viewer });
    expect(one.json).toEqual(json.endpoints[0]);
  });

  it('are refused where they are too large, or no texts; nothing of them is stored', async () => {
    const tooMany = Array.from({ length: 10_001 }, (_, index) => `https://a.example/${index}`).join('\n');
    expect((await addList(tooMany)).json).toEqual({ body: [expect.stringContaining('10000 endpoints')] });
    expect((await addList('x'.repeat(9 * 1_024 * 1_024))).status).toBe(413);
    expect((await addList('{}', '', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await addList('x', '', { 'content-type': 'text/plain; charset=klingon' })).status).toBe(415);
    expect((await addList('x', '?catalog=none')).status).toBe(400);
    for (const table of ['endpoints', 'endpoint_lists']) {
      expect(await site.platform.database(`map_registry.${table}`)).toEqual([]);
    }
  });
});

describe('the runner of tasks', () => {
  const run = (body: unknown, headers: Record<string, string> = {}) =>
    site.send('POST', '/tasks_runner/', {
      body,
      headers: { accept: 'application/json', ...operator, ...headers },
    });

  async function waiting(): Promise<string[]> {
    const tasks = await site.queue.queuedTasks({ limit: 20, offset: 0 });
    return tasks.map(({ func }) => func);
  }

  it('enqueues each task', async () => {
    const tasks = ['check_all', 'index_all', 'index_cached', 'clear_index', 'remove_index'];
    for (const task of tasks) expect(await run({ task })).toMatchObject({ status: 202, json: { task } });
    expect((await waiting()).sort()).toEqual([
      'map_registry.check_all_services',
      'map_registry.clear_index',
      'map_registry.index_all_layers',
      'map_registry.index_cached_layers',
      'map_registry.unindex_layers_with_issues',
    ]);
  });

  it('empties the buffer of the index at once, but for layers that are gone and have to be removed', async () => {
    const { database } = site.platform;
    const address = {
      catalog_id: 1,
      type: 'OGC:WMS',
      url: 'https://maps.example/buffer',
      host: 'maps.example',
    };
    const [service] = await database('map_registry.services').insert(address).returning('id');
    const layers = await database('map_registry.layers')
      .insert(['roads', 'rivers'].map((name) => ({ catalog_id: 1, service_id: service.id, name })))
      .returning('id');
    await database('map_registry.layers_to_index').insert([
      ...layers.map(({ id }) => ({ layer_id: id, catalog_id: 1, action: 'index' })),
      { layer_id: 1_000_000, catalog_id: 1, action: 'remove' },
    ]);
    const state = () =>
      site.send('GET', '/tasks_runner/', { headers: { ...viewer, accept: 'application/json' } });
    expect((await state()).json).toMatchObject({
      cached_layers: 2,
      deleted_layers: 1,
      tasks: expect.any(Array),
    });
    expect((await run({ task: 'drop_cached' })).status).toBe(202);
    expect((await state()).json).toMatchObject({ cached_layers: 0, deleted_layers: 1 });
    expect(await waiting()).toEqual([]);
  });

  it('is a page with a button for each task, as the original is', async () => {
    const page = await site.send('GET', '/tasks_runner/', { headers: { ...viewer, accept: 'text/html' } });
    expect(page.text).toContain('<button name="check_all" value="1">');
    const reply = await run('check_all=1', {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(site.url).origin,
    });
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/registry/tasks_runner/']);
    expect(await waiting()).toEqual(['map_registry.check_all_services']);
  });

  it('refuses what is no task, and pages of other sites', async () => {
    for (const body of [
      {},
      { task: 'rm -rf' },
      { check_all: 1, index_all: 1 },
      { task: 'clear_index', catalog: 'none' },
    ]) {
      expect((await run(body)).status).toBe(400);
    }
    expect((await run({ task: 'check_all' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect(await waiting()).toEqual([]);
  });
});

describe('the description of the API', () => {
  it('is a page, and a document about the registry alone', async () => {
    expect((await site.send('GET', '/api/docs')).headers.get('location')).toBe('/registry/api/docs/');
    expect((await site.send('GET', '/api/docs/')).text).toContain('Map registry');
    expect((await site.send('GET', '/api/docs/swagger-ui-init.js')).text).toContain(
      '/registry/api/openapi.json',
    );
    const { json } = await site.send('GET', '/api/openapi.json');
    expect(Object.keys(json.paths)).toEqual(
      expect.arrayContaining(['/registry/api/catalogs/', '/registry/{slug}/api/', '/registry/tasks_runner/']),
    );
    const own = await fetch(new URL('/docs/swagger-ui-init.js', site.url));
    expect(await own.text()).toContain('"/openapi.json"');
  });
});
