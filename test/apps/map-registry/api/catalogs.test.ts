import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { basic, RegistryService } from '../registry-service.ts';

let site: RegistryService;
let operator: Record<string, string>;
let viewer: Record<string, string>;

beforeAll(async () => {
  site = await RegistryService.start();
  operator = await site.signUp('olga', 'operator');
  viewer = await site.signUp('victor', 'viewer');
});

afterAll(() => site.stop());

const create = (body: unknown, headers = operator) => site.send('POST', '/api/catalogs/', { body, headers });

describe('catalogues', () => {
  it('are listed for everybody, with the address of their search', async () => {
    const { status, json } = await site.send('GET', '/api/catalogs/');
    expect([status, json]).toEqual([
      200,
      [
        {
          id: expect.any(Number),
          slug: 'hypermap',
          name: 'Hypermap',
          url: null,
          search_url: `${site.url}/hypermap/api/`,
        },
      ],
    ]);
    expect((await site.send('GET', `/api/catalogs/${json[0].id}`)).json).toEqual(json[0]);
  });

  it('are created, changed and deleted by an operator', async () => {
    const created = await create({ name: 'Boston Maps' });
    expect(created).toMatchObject({ status: 201, json: { slug: 'boston-maps', url: null } });
    const path = `/api/catalogs/${created.json.id}/`;
    expect(created.headers.get('location')).toBe(`${site.url}${path}`);
    const change = { name: 'Boston', url: 'HTTPS://boston.example:443/api/#top' };
    expect(await site.send('PUT', path, { body: change, headers: operator })).toMatchObject({
      status: 200,
      json: { name: 'Boston', slug: 'boston-maps', url: 'https://boston.example/api/' },
    });
    expect((await site.send('PATCH', path, { body: { name: 'B' }, headers: operator })).json).toMatchObject({
      name: 'B',
      url: 'https://boston.example/api/',
    });
    expect((await site.send('PUT', path, { body: { name: 'B' }, headers: operator })).json.url).toBeNull();
    for (const method of ['PUT', 'PATCH']) {
      const same = { name: 'B', slug: 'boston-maps' };
      expect((await site.send(method, path, { body: same, headers: operator })).status).toBe(200);
      const other = { name: 'B', slug: 'other' };
      expect((await site.send(method, path, { body: other, headers: operator })).json).toEqual({
        slug: ['A slug cannot be changed.'],
      });
    }
    expect((await site.send('DELETE', path, { headers: operator })).status).toBe(204);
    expect((await site.send('GET', path)).status).toBe(404);
    expect((await site.send('DELETE', path, { headers: operator })).status).toBe(404);
  });

  it('are created by a form too', async () => {
    const { status, json } = await site.send('POST', '/api/catalogs/', {
      body: 'name=By+form&slug=by-form',
      headers: { ...operator, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([status, json.slug]).toEqual([201, 'by-form']);
  });

  it('are listed by pages', async () => {
    const { database } = site.platform;
    await database('map_registry.catalogs').insert(
      Array.from({ length: 120 }, (_, index) => ({ slug: `many-${index}`, name: `Many ${index}` })),
    );
    const first = await site.send('GET', '/api/catalogs/');
    expect(first.json).toHaveLength(100);
    const next = /<[^>]*(\/api\/[^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await site.send('GET', next);
    expect(second.json.at(-1).slug).toBe('many-119');
    expect(second.headers.get('link')).toBeNull();
    await database('map_registry.catalogs').where('slug', 'like', 'many-%').delete();
  });

  it('are refused with a reason at each field', async () => {
    const cases: [unknown, string, RegExp][] = [
      [{}, 'name', /required/],
      [{ name: ' ' }, 'name', /required/],
      [{ name: 5 }, 'name', /text/],
      [{ name: 'x'.repeat(201) }, 'name', /200/],
      [{ name: 'a\0b' }, 'name', /NUL/],
      [{ name: '地図' }, 'slug', /Give one/],
      [{ name: 'Api' }, 'slug', /reserved/],
      [{ name: 'A', slug: 'tasks_runner' }, 'slug', /reserved/],
      [{ name: 'A', slug: 'A b' }, 'slug', /lower-case/],
      [{ name: 'A', url: 'ftp://a.example/' }, 'url', /http/],
      [{ name: 'A', url: 'https://u:p@a.example/' }, 'url', /password/],
      [{ name: 'A', url: `https://a.example/${'x'.repeat(2_000)}` }, 'url', /2000/],
      [[], 'non_field_errors', /object/],
    ];
    for (const [body, field, reason] of cases) {
      const reply = await create(body);
      expect([body, reply.status, Object.keys(reply.json)]).toEqual([body, 400, [field]]);
      expect(reply.json[field][0]).toMatch(reason);
    }
    expect((await create({ name: 'Hypermap' })).status).toBe(409);
    expect((await site.send('GET', '/api/catalogs/?after=x')).status).toBe(400);
    expect((await site.send('GET', '/api/catalogs/x/')).status).toBe(404);
  });

  it('stay where endpoints or services are in them', async () => {
    const { json } = await create({ name: 'Full' });
    await site.platform
      .database('map_registry.endpoints')
      .insert({ catalog_id: json.id, url: 'https://a.example/' });
    const reply = await site.send('DELETE', `/api/catalogs/${json.id}/`, { headers: operator });
    expect([reply.status, reply.json.detail]).toEqual([409, expect.stringContaining('has to be empty')]);
  });

  it('are changed only with a login, a right password and a role', async () => {
    const { json } = await create({ name: 'Guarded' });
    const path = `/api/catalogs/${json.id}/`;
    const attempts: [string, string, unknown][] = [
      ['POST', '/api/catalogs/', { name: 'Other' }],
      ['PUT', path, { name: 'Other' }],
      ['PATCH', path, { name: 'Other' }],
      ['DELETE', path, undefined],
    ];
    for (const [method, where, body] of attempts) {
      const without = await site.send(method, where, { body });
      expect([method, without.status]).toEqual([method, 401]);
      expect(without.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      const wrong = await site.send(method, where, { body, headers: basic('olga', 'wrong') });
      expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Basic/),
      ]);
      // Somebody else's login before is of no use.
      expect((await site.send(method, where, { body, headers: viewer })).status).toBe(403);
      const crossSite = { ...operator, origin: 'https://evil.example' };
      expect((await site.send(method, where, { body, headers: crossSite })).status).toBe(403);
      expect((await site.send('GET', path)).json.name).toBe('Guarded');
      expect((await site.send('PUT', path, { body: { name: 'Guarded' }, headers: operator })).status).toBe(
        200,
      );
    }
  });

  it('have no other methods', async () => {
    expect((await site.send('DELETE', '/api/catalogs/')).headers.get('allow')).toBe(
      'GET, HEAD, POST, OPTIONS',
    );
  });
});
