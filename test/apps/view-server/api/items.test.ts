import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistrationSite } from '../registrar/registration-site.ts';

let site: RegistrationSite;
let url: string;

beforeAll(async () => {
  site = await RegistrationSite.start();
  url = `${await site.serve()}/view-server/items`;
});

afterAll(() => site.stop());

beforeEach(() => site.platform.database.raw('TRUNCATE view_server.items CASCADE'));

interface Item {
  readonly id: number;
  readonly path: string;
  readonly state: string;
}

async function call(method: string, path = '', body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const json = (await response.json()) as { items: Item[]; next: string | null; detail: string } & Item;
  return { status: response.status, ...json };
}

async function push(paths: readonly string[], more: object = {}): Promise<readonly Item[]> {
  return (await call('POST', '', { stage: 'register', paths, ...more })).items;
}

describe('items', () => {
  it('are pushed, each once, with their metadata', async () => {
    const reply = await call('POST', '', {
      stage: 'preprocess',
      paths: ['a', 'b', 'a'],
      metadata: { id: 'A' },
    });
    expect(reply.status).toBe(201);
    expect(reply.items.map(({ path, state }) => [path, state])).toEqual([
      ['a', 'waiting'],
      ['b', 'waiting'],
      ['a', 'waiting'],
    ]);
    const attempts = await site.platform.database('view_server.attempts').select('metadata');
    expect(attempts).toEqual([{ metadata: '{"id":"A"}' }, { metadata: '{"id":"A"}' }]);
  });

  it('are listed by pages, the newest first', async () => {
    await push(['a', 'b', 'c']);
    const first = await call('GET', '?limit=2');
    expect(first.items.map(({ path }) => path)).toEqual(['c', 'b']);
    const second = (await (await fetch(String(first.next))).json()) as { items: Item[]; next: null };
    expect(second.items.map(({ path }) => path)).toEqual(['a']);
    expect(second.next).toBeNull();
  });

  it('are listed by stage, state, collection and path', async () => {
    await push(['a', 'b']);
    await call('POST', '', { stage: 'seed', paths: ['2018/2019'] });
    await site.run('a');
    const paths = async (query: string) => (await call('GET', query)).items.map(({ path }) => path);
    expect(await paths('?stage=seed')).toEqual(['2018/2019']);
    expect(await paths('?state=failure')).toEqual(['a']);
    expect(await paths('?state=waiting&stage=register')).toEqual(['b']);
    expect(await paths('?state=success')).toEqual([]);
    expect(await paths('?state=running')).toEqual([]);
    expect(await paths('?path=b&collection=collection')).toEqual(['b']);
    expect(await paths('?collection=other')).toEqual([]);
  });

  it('have attempts with reasons, wait again when they are requeued, and are withdrawn', async () => {
    const [item] = await push(['a']);
    await site.run('a');
    const failed = await call('GET', `/${item?.id}`);
    expect(failed).toMatchObject({
      state: 'failed',
      attempts: [
        { attempt: 1, state: 'failed', reason: expect.stringContaining('There are no files under a') },
      ],
    });
    expect(await call('DELETE', `/${item?.id}`)).toMatchObject({ status: 409 });
    expect(await call('POST', `/${item?.id}/requeue`, { urgent: true })).toMatchObject({
      state: 'waiting',
      attempt: 2,
    });
    const [{ position }] = await site.platform
      .database('view_server.attempts')
      .where({ state: 'waiting' })
      .select('position');
    expect(Number(position)).toBeLessThan(0);
    const size = await site.queue.queueSize();
    expect(await call('DELETE', `/${item?.id}`)).toMatchObject({ status: 200, state: 'withdrawn' });
    expect(await site.queue.queueSize()).toBe(size - 1);
  });

  it.each<[number, string, string, unknown?]>([
    [400, 'GET', '?stage=none'],
    [400, 'GET', '?state=done'],
    [400, 'GET', '?limit=0'],
    [400, 'GET', '?limit=501'],
    [400, 'GET', '?limit=a'],
    [400, 'GET', '?before=-1'],
    [400, 'GET', '?stage=seed&stage=register'],
    [400, 'GET', '?other=1'],
    [400, 'GET', '?path=%00'],
    [404, 'GET', '/0'],
    [404, 'GET', '/abc'],
    [404, 'GET', '/99999999999999999999'],
    [404, 'DELETE', '/123456'],
    [404, 'POST', '/123456/requeue', {}],
    [405, 'PUT', '', {}],
    [400, 'POST', '', '{'],
    [400, 'POST', '', {}],
    [400, 'POST', '', { stage: 'other', paths: ['a'] }],
    [400, 'POST', '', { stage: 'seed', paths: [] }],
    [400, 'POST', '', { stage: 'seed', paths: [''] }],
    [400, 'POST', '', { stage: 'seed', paths: ['a\0'] }],
    [400, 'POST', '', { stage: 'seed', paths: ['x'.repeat(1_025)] }],
    [400, 'POST', '', { stage: 'seed', paths: [7] }],
    [400, 'POST', '', { stage: 'seed', paths: Array.from({ length: 1_001 }, String) }],
    [400, 'POST', '', { stage: 'seed', paths: ['a'], collection: 'none' }],
    [400, 'POST', '', { stage: 'seed', paths: ['a'], extra: 1 }],
    [400, 'POST', '', { stage: 'seed', paths: ['a'], metadata: [] }],
  ])('are refused with %s: %s %s %j', async (status, method, path, ...[body]) => {
    const reply = await call(method, path, body);
    expect(reply).toMatchObject({ status, detail: expect.stringMatching(/./) });
    expect(await site.platform.database('view_server.items')).toEqual([]);
  });
});
