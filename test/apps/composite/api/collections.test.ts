import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CollectionBody, MemberBody } from '../../../../src/apps/composite/api/collections.ts';
import { type ApiServer, startApi } from '../../../support/api-server.ts';
import { callsTo } from './api-calls.ts';

const FORBIDDEN = { detail: 'You do not have permission to perform this action.' };

let api: ApiServer;
beforeAll(async () => {
  api = await startApi({ DLCS_TIMEOUT: '4' });
});
afterAll(() => api.stop());
afterEach(() => api.dlcs.clearFailures());

const { get, submit } = callsTo(() => api);

describe('GET /collections/{collection}', () => {
  it('answers what the POST answered, with a slash at the end or without', async () => {
    const body = await submit({}, {});
    for (const uri of [body.id, `${body.id}/`]) {
      const response = await get(uri);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual(body);
    }
  });

  it.each(['no-uuid', randomUUID(), '%00', '%zz', `${randomUUID()}0`])(
    'answers 404 with no body to %s',
    async (id) => {
      const response = await get(`${api.url}/collections/${id}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('');
    },
  );

  it('answers 403 without an Authorization, and to wrong ones, whether the collection exists or not', async () => {
    const { id } = await submit({});
    for (const [uri, headers] of [
      [id, {}],
      [`${api.url}/collections/${randomUUID()}`, {}],
      [id, { authorization: 'Bearer wrong' }],
    ] as const) {
      const response = await fetch(api.locate(uri), { headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual(FORBIDDEN);
    }
  });

  it('answers 502 where the DLCS does not', async () => {
    const { id } = await submit({});
    api.dlcs.fail({ route: 'customer', status: 503 });
    const response = await get(id);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ detail: expect.stringContaining('503') });
  });

  it('answers 405 to other methods, and says to OPTIONS which there are', async () => {
    const { id } = await submit({});
    const response = await fetch(api.locate(id), { method: 'DELETE', headers: api.headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    const options = await fetch(api.locate(id), { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('GET /collections/{collection}/members/{member}', () => {
  it('answers one member', async () => {
    const body = await submit({}, {});
    const [, second] = body.members;
    const response = await get(second?.id ?? '');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(second);
  });

  it('shows progress as soon as the pages are counted', async () => {
    const member = await memberWith({ status: 'RASTERIZING', pages_total: 14, pages_done: 3 });
    expect(await member.json()).toMatchObject({
      status: 'RASTERIZING',
      progress: { pages_done: 3, pages_total: 14 },
    });
  });

  it('shows what its task reported to the queue, while that runs', async () => {
    const body = await submit({}, {});
    const [uri = '', other = ''] = body.members.map(({ id }) => id);
    const { database } = api.platform;
    const member = database('composite.members').where({ id: uri.split('/').at(-1) });
    await member.clone().update({ status: 'RASTERIZING', pages_total: 14 });
    const [engine] = await database('queue.engines')
      .insert({
        id: randomUUID(),
        queue: 'composite',
        host: 'here',
        pid: 1,
        state: 'working',
        worker_count: 1,
      })
      .returning('id');
    const { task_id: taskId } = await member.clone().first('task_id');
    await database('queue.leases').insert({ task_id: taskId, engine_id: engine.id, attempt: 1 });
    const lease = database('queue.leases').where({ task_id: taskId });
    const progressOf = async () => ((await (await get(uri)).json()) as MemberBody).progress;
    const lastUpdated = async () => ((await (await get(uri)).json()) as MemberBody).last_updated;

    expect(await progressOf()).toEqual({ pages_done: 0, pages_total: 14 });
    const before = await lastUpdated();
    await lease.clone().update({ progress: { done: 5, total: 14, note: null } });
    expect(await progressOf()).toEqual({ pages_done: 5, pages_total: 14 });
    expect(await lastUpdated()).toBe(before);
    const collection = (await (await get(body.id)).json()) as CollectionBody;
    expect(collection.members).toEqual([
      expect.objectContaining({ progress: { pages_done: 5, pages_total: 14 } }),
      expect.objectContaining({ id: other }),
    ]);
    // The queue is told now and then; a status that says more may be there before.
    await member.clone().update({ status: 'BUILDING_DLCS_REQUEST', pages_done: 14 });
    expect(await progressOf()).toEqual({ pages_done: 14, pages_total: 14 });
    await lease.delete();
    expect(await progressOf()).toEqual({ pages_done: 14, pages_total: 14 });
  });

  it('shows images and batches in their order once it is completed, accepted ones alone', async () => {
    const uris = Array.from({ length: 12 }, (_, index) => `https://dlcs.example/batches/${index}`);
    const member = await memberWith({ status: 'COMPLETED', image_count: 1_150 }, uris);
    expect(member.status).toBe(200);
    expect(await member.json()).toMatchObject({ status: 'COMPLETED', image_count: 1_150, dlcs_uris: uris });
  });

  it('does not show batches before it is completed', async () => {
    const member = await memberWith({ status: 'BUILDING_DLCS_REQUEST' }, ['https://dlcs.example/batches/1']);
    expect(await member.json()).not.toHaveProperty('dlcs_uris');
  });

  it('answers 422 with the same body where it failed', async () => {
    const member = await memberWith({ status: 'ERROR', error: 'The origin answered 404' });
    expect(member.status).toBe(422);
    expect(await member.json()).toMatchObject({ status: 'ERROR', error: 'The origin answered 404' });
  });

  it('answers 404 with no body to a member of another collection, and to what is no UUID', async () => {
    const [first, second] = [await submit({}), await submit({})];
    const strange = second.members[0]?.id.split('/').at(-1);
    for (const id of [strange, randomUUID(), 'x', '%zz']) {
      const response = await get(`${first.id}/members/${id}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('');
    }
  });

  it('answers 403 to who may not see it', async () => {
    const [member] = (await submit({})).members;
    const response = await fetch(api.locate(member?.id ?? ''), { headers: { authorization: 'Basic eDp5' } });
    expect(response.status).toBe(403);
  });
});

/** The response for a member after a worker has written these columns, and these batches in any order. */
async function memberWith(columns: object, batchUris: readonly string[] = []): Promise<Response> {
  const { members } = await submit({});
  const uri = (members[0] as MemberBody).id;
  const memberId = uri.split('/').at(-1);
  await api.platform.database('composite.members').where({ id: memberId }).update(columns);
  const accepted = batchUris.map((batchUri, position) => ({
    member_id: memberId,
    position,
    state: 'accepted',
    request: '{}',
    uri: batchUri,
  }));
  if (accepted.length > 0) {
    const pending = { member_id: memberId, position: accepted.length, state: 'posting', request: '{}' };
    await api.platform.database('composite.batches').insert([pending, ...accepted.toReversed()]);
  }
  return get(uri);
}
