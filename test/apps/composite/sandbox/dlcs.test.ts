import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  type SandboxDlcsOptions,
  startSandboxDlcs,
} from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { eventually } from '../../../support/eventually.ts';

let dlcs: SandboxDlcs;

beforeEach(async () => {
  dlcs = await startSandboxDlcs();
});

afterEach(() => dlcs.close());

async function restart(options: SandboxDlcsOptions): Promise<void> {
  await dlcs.close();
  dlcs = await startSandboxDlcs(options);
}

function image(number: number, more: object = {}) {
  return {
    id: `page-${number}`,
    space: 3,
    origin: `https://s3.amazonaws.com/bucket/${number}.jpg`,
    family: 'I',
    mediaType: 'image/jpeg',
    ...more,
  };
}

function collection(member: unknown) {
  return { '@context': 'http://www.w3.org/ns/hydra/context.jsonld', '@type': 'Collection', member };
}

function call(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: SANDBOX_AUTHORIZATION, 'Content-Type': 'application/json' };
  return fetch(`${dlcs.url}${path}`, { headers, ...options });
}

function post(path: string, body: unknown): Promise<Response> {
  return call(path, { method: 'POST', body: JSON.stringify(body) });
}

async function json(response: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>;
}

describe('a customer', () => {
  it('is shown to who has its credentials', async () => {
    const response = await call('/customers/5');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      '@id': `${dlcs.url}/customers/5`,
      '@type': 'vocab:Customer',
    });
  });

  it('answers 401 without credentials, and with wrong ones', async () => {
    expect((await call('/customers/5', { headers: {} })).status).toBe(401);
    expect((await call('/customers/5', { headers: { Authorization: 'Bearer no' } })).status).toBe(401);
  });

  it("answers 403 to another customer's credentials", async () => {
    await restart({ credentials: [{ authorization: 'Bearer five', customer: 5 }] });
    const headers = { Authorization: 'Bearer five' };
    expect((await call('/customers/5', { headers })).status).toBe(200);
    expect((await call('/customers/6', { headers })).status).toBe(403);
    expect((await call('/customers/6/queue', { headers, method: 'POST', body: '{}' })).status).toBe(403);
  });

  it('is not found where its number is none', async () => {
    expect((await call('/customers/five')).status).toBe(404);
  });
});

describe('the queue', () => {
  it('takes a collection of images and answers 201 with a batch', async () => {
    const response = await post('/customers/5/queue', collection([image(1), image(2)]));
    expect(response.status).toBe(201);
    const batch = (await response.json()) as Record<string, unknown>;
    const uri = `${dlcs.url}/customers/5/queue/batches/1`;
    expect(response.headers.get('Location')).toBe(uri);
    expect(batch).toMatchObject({
      '@id': uri,
      '@type': 'vocab:Batch',
      count: 2,
      completed: 0,
      errors: 0,
      finished: null,
      superseded: false,
      images: `${uri}/images`,
      errorImages: `${uri}/errorImages`,
    });
    expect(batch).toHaveProperty('@context');
    expect(Date.parse(String(batch['submitted']))).not.toBeNaN();
  });

  it.each([
    ['what is no collection', { '@type': 'Set', member: [image(1)] }, '/@type'],
    ['no member', collection(undefined), "'member'"],
    ['an empty collection', collection([]), '/member'],
    [
      'more than 1000 images',
      collection(Array.from({ length: 1001 }, (_, index) => image(index))),
      '/member',
    ],
    ['an image without id', collection([image(1), image(2, { id: undefined })]), '/member/1'],
    ['an image without space', collection([image(1, { space: undefined })]), "'space'"],
    ['a space that is a text', collection([image(1, { space: '3' })]), '/member/0/space'],
    ['an image without origin', collection([image(1, { origin: undefined })]), "'origin'"],
    ['an unknown family', collection([image(1, { family: 'Z' })]), '/member/0/family'],
    ['an image without mediaType', collection([image(1, { mediaType: undefined })]), "'mediaType'"],
    ['the same image twice', collection([image(1), image(1)]), '3/page-1'],
  ])('answers 400 to %s, says where it is wrong, and keeps nothing', async (_name, body, place) => {
    const response = await post('/customers/5/queue', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      '@type': 'Error',
      title: 'Bad Request',
      description: expect.stringContaining(place),
    });
    expect(dlcs.takenBatches(5)).toEqual([]);
  });

  it('answers 400 to what is no JSON', async () => {
    const response = await call('/customers/5/queue', { method: 'POST', body: '{"member":' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ '@type': 'Error' });
  });
});

describe('batches', () => {
  it('are listed newest first, page by page, for their customer alone', async () => {
    for (const number of [1, 2, 3]) await post('/customers/5/queue', collection([image(number)]));
    await post('/customers/6/queue', collection([image(1)]));
    const first = await json(call('/customers/5/queue/batches?page=1&pageSize=2'));
    expect(first).toMatchObject({
      '@type': 'Collection',
      totalItems: 3,
      pageSize: 2,
      member: [
        { '@id': `${dlcs.url}/customers/5/queue/batches/3` },
        { '@id': expect.stringMatching(/\/2$/) },
      ],
      view: { next: `${dlcs.url}/customers/5/queue/batches?page=2&pageSize=2`, totalPages: 2 },
    });
    const second = await json(call('/customers/5/queue/batches?page=2&pageSize=2'));
    expect(second).toMatchObject({ member: [{ '@id': expect.stringMatching(/\/1$/) }] });
    expect(second['view']).not.toHaveProperty('next');
  });

  it('are active while their images are processed, and recent when that is over', async () => {
    await post('/customers/5/queue', collection([image(1)]));
    expect(await json(call('/customers/5/queue/active'))).toMatchObject({ totalItems: 0 });
    expect(await json(call('/customers/5/queue/recent'))).toMatchObject({
      totalItems: 1,
      member: [{ completed: 1, finished: expect.any(String) }],
    });
    await restart({ processingMilliseconds: 3_600_000 });
    await post('/customers/5/queue', collection([image(1)]));
    expect(await json(call('/customers/5/queue/recent'))).toMatchObject({ totalItems: 0 });
    expect(await json(call('/customers/5/queue/active'))).toMatchObject({
      totalItems: 1,
      member: [{ completed: 0, finished: null }],
    });
  });

  it('are superseded once each of their images was posted again', async () => {
    await post('/customers/5/queue', collection([image(1), image(2)]));
    await post('/customers/5/queue', collection([image(1)]));
    expect(await json(call('/customers/5/queue/batches/1'))).toMatchObject({ superseded: false });
    await post('/customers/5/queue', collection([image(2)]));
    expect(await json(call('/customers/5/queue/batches/1'))).toMatchObject({ superseded: true });
    expect(await json(call('/customers/5/queue/batches/3'))).toMatchObject({ superseded: false });
  });

  it("show their images in the order and with the fields that were posted, and no other customer's", async () => {
    const images = [image(3, { string1: 'ä', number1: '003', roles: ['a'] }), image(1), image(2)];
    await post('/customers/5/queue', collection(images));
    const shown = await json(call('/customers/5/queue/batches/1/images?pageSize=2'));
    expect(shown).toMatchObject({ totalItems: 3, member: images.slice(0, 2) });
    expect(await json(call('/customers/5/queue/batches/1/images?pageSize=2&page=2'))).toMatchObject({
      member: images.slice(2),
    });
    expect((await call('/customers/6/queue/batches/1')).status).toBe(404);
    expect((await call('/customers/6/queue/batches/1/images')).status).toBe(404);
  });
});

describe('its data', () => {
  it('outlives it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-dlcs-'));
    try {
      const dataFile = join(directory, 'deeper', 'dlcs.sqlite');
      await restart({ dataFile });
      await post('/customers/5/queue', collection([image(1)]));
      await restart({ dataFile });
      expect(dlcs.takenBatches(5)).toEqual([
        { uri: `${dlcs.url}/customers/5/queue/batches/1`, images: [image(1)] },
      ]);
      await post('/customers/5/queue', collection([image(2)]));
      expect(await json(call('/customers/5/queue/batches'))).toMatchObject({ totalItems: 2 });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('a failure that was ordered', () => {
  it('happens as often as it was said, and nothing is kept', async () => {
    await post('/sandbox/failures', { route: 'queue', times: 2, status: 503, body: 'busy' });
    for (const _time of [1, 2]) {
      const response = await post('/customers/5/queue', collection([image(1)]));
      expect(response.status).toBe(503);
      expect(await response.text()).toBe('busy');
    }
    expect(dlcs.takenBatches(5)).toEqual([]);
    expect((await post('/customers/5/queue', collection([image(1)]))).status).toBe(201);
  });

  it('touches its own route alone', async () => {
    await post('/sandbox/failures', { route: 'customer', status: 500 });
    expect((await post('/customers/5/queue', collection([image(1)]))).status).toBe(201);
    expect((await call('/customers/5')).status).toBe(500);
    expect((await call('/customers/5')).status).toBe(200);
  });

  it('answers a hydra error where it was given no body', async () => {
    dlcs.fail({ route: 'queue', status: 400 });
    expect(await json(post('/customers/5/queue', collection([image(1)])))).toMatchObject({
      '@type': 'Error',
      description: expect.any(String),
    });
  });

  it('can cut the connection after the batch was kept', async () => {
    dlcs.fail({ route: 'queue', when: 'afterStoring', drop: true });
    await expect(post('/customers/5/queue', collection([image(1)]))).rejects.toThrow('fetch failed');
    expect(dlcs.takenBatches(5)).toHaveLength(1);
  });

  it('can cut the connection before the batch was kept', async () => {
    dlcs.fail({ route: 'queue', drop: true });
    await expect(post('/customers/5/queue', collection([image(1)]))).rejects.toThrow('fetch failed');
    expect(dlcs.takenBatches(5)).toEqual([]);
  });

  it('can keep the caller waiting for ever', async () => {
    dlcs.fail({ route: 'queue', when: 'afterStoring', hang: true });
    const headers = { Authorization: SANDBOX_AUTHORIZATION, 'Content-Type': 'application/json' };
    const request = fetch(`${dlcs.url}/customers/5/queue`, {
      method: 'POST',
      headers,
      body: JSON.stringify(collection([image(1)])),
      signal: AbortSignal.timeout(200),
    });
    await expect(request).rejects.toThrow(/timeout/);
    expect(dlcs.takenBatches(5)).toHaveLength(1);
  });

  it('can answer 201 with a body that is no batch', async () => {
    dlcs.fail({ route: 'queue', when: 'afterStoring', status: 201, body: { '@type': 'vocab:Batch' } });
    const response = await post('/customers/5/queue', collection([image(1)]));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ '@type': 'vocab:Batch' });
  });

  it('can store a batch after its caller is gone', async () => {
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    dlcs.fail({ route: 'queue', until: stored });
    const caller = new AbortController();
    const request = expect(
      fetch(`${dlcs.url}/customers/5/queue`, {
        method: 'POST',
        headers: { Authorization: SANDBOX_AUTHORIZATION, 'Content-Type': 'application/json' },
        body: JSON.stringify(collection([image(1)])),
        signal: caller.signal,
      }),
    ).rejects.toThrow('gone');
    await eventually(async () => (await (await call('/sandbox/failures')).text()) === '[]');
    caller.abort(new Error('gone'));
    await request;
    expect(dlcs.takenBatches(5)).toEqual([]);
    store();
    await eventually(() => dlcs.takenBatches(5).length === 1);
  });

  it('can only be late', async () => {
    dlcs.fail({ route: 'queue', delayMilliseconds: 50 });
    expect((await post('/customers/5/queue', collection([image(1)]))).status).toBe(201);
  });

  it('is listed until it happened, and can be taken back', async () => {
    await post('/sandbox/failures', { route: 'batches', status: 500, times: 3 });
    expect((await call('/customers/5/queue/batches')).status).toBe(500);
    expect(await (await call('/sandbox/failures')).json()).toEqual([
      { route: 'batches', status: 500, times: 2 },
    ]);
    expect((await call('/sandbox/failures', { method: 'DELETE' })).status).toBe(204);
    expect((await call('/customers/5/queue/batches')).status).toBe(200);
  });

  it('is refused with 400 where it is not understood', async () => {
    const response = await post('/sandbox/failures', { route: 'moon' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ description: expect.stringContaining('/route') });
  });
});

it('says that its port is taken, instead of starting', async () => {
  await expect(startSandboxDlcs({ port: dlcs.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
