import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { earthObservationXml } from '../metadata/sample-metadata.ts';
import { RegistrationSite } from '../registrar/registration-site.ts';
import { sampleGeoTiff } from '../registrar/sample-geotiff.ts';

let site: RegistrationSite;
let url: string;

afterEach(() => site.stop());

async function start(differing: NodeJS.ProcessEnv = {}): Promise<void> {
  site = await RegistrationSite.start(undefined, differing);
  url = await site.serve();
  await site.put({
    'a/image.tif': sampleGeoTiff({ minX: 16, minY: 48, maxX: 17, maxY: 49 }),
    'a/metadata.xml': earthObservationXml({ identifier: 'A' }),
  });
}

const address = (path: string) => `file://${site.target}/${path}`;

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/register/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** Runs the task of a path as soon as it waits. */
async function runWhenPushed(path: string): Promise<void> {
  await eventually(async () => (await site.item('register', path)).state === 'waiting');
  await site.run(path);
}

describe('POST /register/', () => {
  it('returns when the product is registered', async () => {
    await start();
    const [reply] = await Promise.all([post({ type: 'x', url: address('a') }), runWhenPushed('a')]);
    expect(reply).toMatchObject({ status: 200, body: { message: "Item 'a' was successfully registered" } });
    expect(await site.product('A')).toBeDefined();
  });

  it('returns why the registration failed, whatever an earlier one came to', async () => {
    await start();
    await site.register('a');
    await site.put({ 'a/metadata.xml': '<broken' });
    const [reply] = await Promise.all([post({ url: address('a/') }), runWhenPushed('a')]);
    expect(reply.status).toBe(400);
    expect(reply.body['message']).toBe('Failed to register product a');
    expect(reply.body['reason']).toContain('no XML');
  });

  it('returns where the state is to be read when it takes too long', async () => {
    await start({ TIME_LIMIT: '1' });
    // As `curl --data` sends it.
    const reply = await post({ url: address('a') }, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(reply).toMatchObject({ status: 202, body: { message: "Item 'a' is not registered yet" } });
    const item = String(reply.headers.get('location'));
    expect(item).toMatch(/\/view-server\/items\/\d+$/);
    expect(await (await fetch(item)).json()).toMatchObject({
      stage: 'register',
      path: 'a',
      state: 'waiting',
    });
  });

  it('returns that the item was withdrawn', async () => {
    await start();
    const withdraw = async () => {
      const item = await eventually(() => site.platform.database('view_server.items').first('id'));
      await fetch(`${url}/view-server/items/${item.id}`, { method: 'DELETE' });
    };
    const [reply] = await Promise.all([post({ url: address('a') }), withdraw()]);
    expect(reply.status).toBe(409);
  });

  it('lets others in while it waits', async () => {
    await start();
    const waiting = post({ url: address('a') });
    await eventually(async () => (await site.item('register', 'a')).state === 'waiting');
    expect((await fetch(`${url}/register/`)).status).toBe(200);
    await site.run('a');
    expect((await waiting).status).toBe(200);
  });

  it('needs a token where there are some', async () => {
    await start({ VIEW_SERVER_TOKENS: 'one,two', TIME_LIMIT: '0' });
    expect(await post({ url: address('a') })).toMatchObject({ status: 401 });
    expect(await post({ url: address('a') }, { authorization: 'Bearer three' })).toMatchObject({
      status: 401,
    });
    expect(await post({ url: address('a') }, { authorization: 'Bearer two' })).toMatchObject({ status: 202 });
    expect((await fetch(`${url}/view-server/items`)).status).toBe(401);
    expect((await fetch(`${url}/opensearch`)).status).toBe(200);
  });

  it('refuses what cannot be registered, and pushes nothing', async () => {
    await start();
    const wrong: readonly unknown[] = [
      '{"url":',
      '[]',
      {},
      { url: 7 },
      { url: '' },
      { url: 'a' },
      { url: 's3://other/a' },
      { url: address('') },
      { url: `${address('a')}\0` },
      { url: address('x'.repeat(1_100)) },
      { url: address('a').repeat(100) },
      { url: `${address('a')}`, type: 1 },
    ];
    for (const body of wrong) expect([body, (await post(body)).status]).toEqual([body, 400]);
    expect((await post({ url: 'x'.repeat(100_000) })).status).toBe(413);
    expect((await fetch(`${url}/register/`, { method: 'DELETE' })).status).toBe(405);
    expect(await site.platform.database('view_server.items')).toEqual([]);
  });
});
