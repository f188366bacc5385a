import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';

describe('the pages of the map registry', () => {
  let service: RegistryService;
  let layer: { id: string; uuid: string };
  let serviceUuid: string;
  let hiddenUuid: string;

  beforeAll(async () => {
    service = await RegistryService.start();
    const { database } = service.platform;
    const catalog_id = await service.catalogId();
    const services: { id: string; uuid: string }[] = await database('map_registry.services')
      .insert(
        Array.from({ length: 12 }, (_, at) => ({
          catalog_id,
          type: at % 2 === 0 ? 'OGC:WMS' : 'OSGeo:TMS',
          url: `https://host-${at % 3}.example/${at}`,
          host: `host-${at % 3}.example`,
          title: `Service ${String(at).padStart(2, '0')} <b>`,
          layer_count: at,
          is_public: at !== 11,
        })),
      )
      .returning(['id', 'uuid']);
    const [first, hidden] = [services[0], services[11]];
    if (!first || !hidden) throw new Error('Nothing was stored');
    serviceUuid = first.uuid;
    hiddenUuid = hidden.uuid;
    [layer = { id: '', uuid: '' }] = await database('map_registry.layers')
      .insert({
        catalog_id,
        service_id: first.id,
        name: 'roads',
        title: 'Roads & paths',
        page_url: 'javascript:alert(1)',
        check_count: 3,
        success_count: 2,
        recent_checks: '5',
      })
      .returning(['id', 'uuid']);
    await database.raw(
      `INSERT INTO map_registry.checks (checked, layer_id, success, response_seconds, message)
       SELECT clock_timestamp() - day * interval '1 day', ?, day <> 2, 0.5, CASE day WHEN 2 THEN 'It <hangs>' ELSE 'OK' END
       FROM generate_series(0, 59) AS day`,
      [layer.id],
    );
  });

  afterAll(() => service?.stop());

  const get = (path: string) => service.send('GET', path);

  it('are found from the front page', async () => {
    const front = await (await fetch(new URL('/', service.url))).text();
    expect(front).toContain('<a href="/registry/">Map registry</a>');
  });

  it('list ten services a page, by order, type and words', async () => {
    const all = await get('/');
    expect(all.status).toBe(200);
    expect(all.text.match(/<li>\s*<div><h2>/g)?.length).toBe(10);
    const byTitle = await get('/hypermap/?order_by=title&filter_by=OSGeo:TMS&q=service');
    expect(byTitle.text).toContain('6 services');
    expect(byTitle.text.indexOf('Service 01')).toBeLessThan(byTitle.text.indexOf('Service 03'));
    expect((await get('/hypermap/?order_by=-layers&page=2')).text).toContain('Service 01');
    expect((await get('/hypermap/?host=host-1.example')).text).toContain('4 services');
  });

  it.each([
    '/hypermap/?order_by=price',
    '/hypermap/?filter_by=WFS',
    '/hypermap/?page=0',
    '/hypermap/?page=1e3',
    '/hypermap/cards',
    '/hypermap/cards?ids=1,x',
    `/hypermap/cards?ids=${Array(101).fill(1).join()}`,
  ])('refuse with 400 what they cannot read: %s', async (path) => {
    const reply = await get(path);
    expect(reply.status).toBe(400);
    expect(reply.json.detail).toMatch(/^"(order_by|filter_by|page|ids)" has to /);
  });

  it.each([
    '/no-such-catalogue/',
    '/%00/',
    '/hypermap/service/1234567/',
    '/hypermap/service/not-a-key/',
    '/hypermap/layer/99999999999999999999/',
    '/hypermap/layer/99999999/checks/',
    '/hypermap/layer/99999999/thumbnail',
    '/assets/client.js',
  ])('return 404 where there is nothing: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    ['a catalogue', '/no-such-catalogue/', 'There is no catalogue &quot;no-such-catalogue&quot;.'],
    ['a catalogue that is searched', '/no-such-catalogue/search/', 'There is no catalogue'],
    ['a service of no catalogue', '/no-such-catalogue/service/1/', 'There is no catalogue'],
    ['a catalogue with a name in markup', '/%3Cb%3E/', 'There is no catalogue &quot;&lt;b&gt;&quot;.'],
    ['a service', '/hypermap/service/1234567/', 'This catalogue has no such service'],
    ['a layer', '/hypermap/layer/not-a-key/', 'This catalogue has no such layer'],
    ['a page', '/hypermap/maps/of/rome', 'This catalogue has no such page'],
  ])('say what is not there, and lead back: %s', async (_thing, path, words) => {
    const reply = await get(path);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(reply.text).toContain(words);
    expect(reply.text).toMatch(/<main.*href="\/registry\/hypermap\/"/s);
  });

  it('return JSON for what is not there to those that ask for it, and below the API', async () => {
    for (const path of ['/no-such-catalogue/', '/hypermap/maps', '/api/no-such-thing/']) {
      const reply = await service.send('GET', path, { headers: { accept: 'application/json' } });
      expect([reply.status, reply.json]).toEqual([404, { detail: 'Not found.' }]);
    }
    expect((await get('/api/no-such-thing/')).json).toEqual({ detail: 'Not found.' });
  });

  it('lead to the admin while there is no catalogue', async () => {
    const empty = await RegistryService.start();
    try {
      await empty.platform.database('map_registry.catalogs').delete();
      for (const path of ['/', '/domains/', '/hypermap/']) {
        const reply = await empty.send('GET', path);
        expect(reply.status).toBe(404);
        expect(reply.text).toContain('href="/admin/resources/registry-catalogs"');
      }
    } finally {
      await empty.stop();
    }
  });

  it('show a layer by its UUID and by its id, and what is hidden to nobody', async () => {
    for (const key of [layer.uuid, layer.id]) {
      const reply = await get(`/hypermap/layer/${key}/`);
      expect(reply.status).toBe(200);
      expect(reply.text).toContain('Roads &amp; paths');
      expect(reply.text).toContain('67 %');
      expect(reply.text).not.toContain('href="javascript:');
    }
    expect((await get(`/hypermap/service/${serviceUuid}/`)).text).toContain('Service 00 &lt;b&gt;');
    expect((await get(`/hypermap/service/${hiddenUuid}/`)).status).toBe(404);
  });

  it('go through all checks, the newest first, each once', async () => {
    const first = await get(`/hypermap/layer/${layer.uuid}/checks/`);
    expect(first.text).toContain('It &lt;hangs&gt;');
    const [, next = ''] = /href="\/registry(\/hypermap\/layer\/[^"]+before=[^"]+)"/.exec(first.text) ?? [];
    const second = await get(next);
    const momentsOf = (text: string) =>
      [...text.matchAll(/<time datetime="([^"]+)"/g)].map(([, moment]) => moment);
    const moments = [...momentsOf(first.text), ...momentsOf(second.text)];
    expect(moments).toHaveLength(60);
    expect(new Set(moments).size).toBe(60);
    expect(moments).toEqual(moments.toSorted().toReversed());
  });

  it('give the cards of layers what the search does not have', async () => {
    const reply = await get(`/hypermap/cards?ids=${layer.id},99999`);
    expect(reply.json).toEqual([
      { id: layer.id, thumbnail: null, uptime: { checkCount: 3, successCount: 2, recent: '101' } },
    ]);
  });

  it('count services and layers by domain', async () => {
    const { text } = await get('/domains/');
    expect(text.match(/<tr>\s*<td>/g)?.length).toBe(3);
    expect((await get('/domains/?after=1_host-1.example')).text).not.toContain('>host-0.example<');
  });

  it('change nothing without a login', async () => {
    for (const path of [
      '/hypermap/',
      `/hypermap/layer/${layer.uuid}/`,
      `/hypermap/service/${serviceUuid}/`,
    ]) {
      const { status } = await service.send('POST', path, { body: { check: '1' } });
      expect([401, 405]).toContain(status);
    }
  });

  it('load scripts and styles of this server alone, which browsers keep', async () => {
    const { text, headers } = await get('/hypermap/search/');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    const [, script = ''] = /src="\/registry(\/assets\/client\.[0-9a-f]{16}\.js)"/.exec(text) ?? [];
    const reply = await get(script);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('cache-control')).toContain('immutable');
  });
});
