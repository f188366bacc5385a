import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { MemberDetail } from '../../../../src/apps/composite/admin/shapes.ts';
import { changeMember, failMember } from '../../../../src/apps/composite/members/members.ts';
import { openPageBucket } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { writePortablePixmap } from '../../../../src/apps/composite/rasterizers/portable-pixmap.ts';
import { AdminClient } from '../../../admin/admin-client.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { shareBucket } from './shared-bucket.ts';
import { enqueueTask, storeFailure, storeMember } from './stored-members.ts';

const admin = shareAdmin(shareBucket());
const ada = admin.signedIn();

beforeEach(async () => {
  await admin.platform.database.raw(
    'TRUNCATE composite.collections, queue.tasks CASCADE; DELETE FROM pgboss.job',
  );
});

async function show(id: string): Promise<MemberDetail> {
  const response = await ada.get(`/api/apps/composite/members/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as MemberDetail;
}

/** A picture of one colour. */
function picture(colour: string) {
  return sharp({ create: { width: 600, height: 900, channels: 3, background: colour } });
}

describe("the admin's page of a member", () => {
  it('tells where it has stood, and for which task', async () => {
    const { database } = admin.platform;
    const { id, taskId } = await storeMember(admin);
    await changeMember(database, id, { status: 'FETCHING_ORIGIN', task_id: taskId });
    await failMember(database, id, 'the origin is gone');
    await changeMember(database, id, { status: 'FETCHING_ORIGIN', task_id: taskId, error: null });
    await changeMember(database, id, { status: 'RASTERIZING' });
    await changeMember(database, id, { status: 'RASTERIZING', pages_total: 4 });
    const { events } = await show(id);
    expect(events.map(({ status, error }) => [status, error])).toEqual([
      ['FETCHING_ORIGIN', null],
      ['ERROR', 'the origin is gone'],
      ['FETCHING_ORIGIN', null],
      ['RASTERIZING', null],
    ]);
    expect(events.map((event) => event.taskId)).toEqual(Array(4).fill(taskId));
    const moments = events.map(({ happened }) => happened);
    expect([...moments].sort()).toEqual(moments);
  });

  it('shows why it failed, its task, and what can be done', async () => {
    const stored = await storeMember(admin, {
      status: 'ERROR',
      error: 'E'.repeat(2_000),
      composite: { origin: 'https://me:secret@example.org/b.pdf?a=hidden&b=hidden', string1: 'kept' },
    });
    await storeFailure(admin, stored);
    const member = await show(stored.id);
    expect(member.error).toHaveLength(2_000);
    expect(member.stack).toContain('at fetchOrigin');
    expect(member.tasks).toMatchObject([
      { id: stored.taskId, state: 'failed', attempts: 2, nextAttempt: null },
    ]);
    expect(member.can).toEqual({ resubmit: true, cancel: false, delete: true });
    expect(member.composite).toMatchObject({
      string1: 'kept',
      origin: 'https://***@example.org/b.pdf?a=***&b=***',
    });
    expect(member.body).toMatchObject({ status: 'ERROR' });
    expect(JSON.stringify(member)).not.toMatch(/secret@|hidden|sealed|Basic/);
  });

  it('shows a task that waits, and one that failed and waits for its next attempt', async () => {
    const waiting = await storeMember(admin);
    await enqueueTask(admin, waiting);
    expect(await show(waiting.id)).toMatchObject({
      tasks: [{ id: waiting.taskId, state: 'queued', attempts: 0, stopped: null, nextAttempt: null }],
      can: { resubmit: false, cancel: true, delete: true },
    });
    const failed = await storeMember(admin, { status: 'ERROR' });
    await enqueueTask(admin, failed);
    await storeFailure(admin, failed);
    expect(await show(failed.id)).toMatchObject({
      tasks: [{ state: 'failed', nextAttempt: expect.stringMatching(/^\d{4}-/) }],
      can: { resubmit: true, cancel: true, delete: true },
    });
  });

  it('shows its batches, in order', async () => {
    const { id } = await storeMember(admin);
    await admin.platform.database('composite.batches').insert([
      { member_id: id, position: 1, request: { member: [{}] } },
      {
        member_id: id,
        position: 0,
        state: 'accepted',
        request: { member: [{}, {}] },
        uri: 'https://dlcs.example/batches/1',
        posted: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(await show(id)).toMatchObject({
      batchCount: 2,
      batches: [
        {
          number: 1,
          state: 'accepted',
          uri: 'https://dlcs.example/batches/1',
          imageCount: 2,
          posted: '2026-01-01T00:00:00.000000Z',
        },
        { number: 2, state: 'pending', uri: null, imageCount: 1, posted: null },
      ],
    });
  });

  it('is none where there is no such member', async () => {
    for (const id of [randomUUID(), 'no-uuid']) {
      expect((await ada.get(`/api/apps/composite/members/${id}`)).status).toBe(404);
    }
  });
});

describe("the previews of a member's pages", () => {
  const preview = (id: string, page: string) =>
    ada.get(`/api/apps/composite/members/${id}/pages/${page}/preview`);

  async function colourOf(response: Response): Promise<string> {
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=/);
    const image = sharp(Buffer.from(await response.arrayBuffer()));
    const { width, height } = await image.metadata();
    expect([width, height]).toEqual([240, 360]);
    const { dominant } = await image.stats();
    return Object.entries(dominant).reduce((one, other) => (one[1] > other[1] ? one : other))[0];
  }

  it('are small pictures of what is stored, wherever the batches say that it is', async () => {
    const objectStorage = openPageBucket(admin.platform);
    const { id } = await storeMember(admin, { customer: 9 });
    await objectStorage.put(
      'elsewhere/9/2/b/page-00001.png',
      await picture('#f00').png().toBuffer(),
      'image/png',
    );
    await objectStorage.put(
      'elsewhere/9/2/b/page-00002.png',
      await picture('#00f').png().toBuffer(),
      'image/png',
    );
    await admin.platform.database('composite.batches').insert({
      member_id: id,
      position: 0,
      request: { member: [{ origin: await objectStorage.urlOf('elsewhere/9/2/b/page-00001.png') }] },
    });
    expect(await colourOf(await preview(id, '1'))).toBe('r');
    expect(await colourOf(await preview(id, '2'))).toBe('b');
  });

  it('are there while pages are still stored, and of formats that browsers do not know', async () => {
    const { id } = await storeMember(admin, { customer: 9 });
    const jpeg = await picture('#0f0').jpeg().toBuffer();
    await openPageBucket(admin.platform).put(`composites/9/2/${id}/page-00003.jpg`, jpeg, 'image/jpeg');
    expect(await colourOf(await preview(id, '3'))).toBe('g');

    const raw = await picture('#00f').raw().toBuffer();
    const pixmap = writePortablePixmap({ widthPixels: 600, heightPixels: 900, pixels: raw });
    await openPageBucket(admin.platform).put(
      `composites/9/2/${id}/page-00004.jpg`,
      Buffer.from(pixmap),
      'image/x-portable-pixmap',
    );
    expect(await colourOf(await preview(id, '4'))).toBe('b');
  });

  it('are none where there is no page, or no picture', async () => {
    const { id } = await storeMember(admin, { customer: 9 });
    await openPageBucket(admin.platform).put(
      `composites/9/2/${id}/page-00001.jpg`,
      Buffer.from('no picture'),
      'image/jpeg',
    );
    expect((await preview(id, '1')).status).toBe(415);
    for (const page of ['2', '0', '-1', 'x', '99999999']) expect((await preview(id, page)).status).toBe(404);
    expect((await preview(randomUUID(), '1')).status).toBe(404);
    const { id: foreign } = await storeMember(admin);
    await admin.platform.database('composite.batches').insert({
      member_id: foreign,
      position: 0,
      request: { member: [{ origin: 'https://s3.amazonaws.com/another-bucket/a/page-00001.jpg' }] },
    });
    expect((await preview(foreign, '1')).status).toBe(404);
  });

  it('lead to the whole page by a signed link, which needs no keys', async () => {
    const { id } = await storeMember(admin, { customer: 9 });
    const jpeg = await picture('#0f0').jpeg().toBuffer();
    await openPageBucket(admin.platform).put(`composites/9/2/${id}/page-00001.jpg`, jpeg, 'image/jpeg');
    const response = await ada.get(`/api/apps/composite/members/${id}/pages/1`);
    expect(response.status).toBe(303);
    const link = response.headers.get('location') ?? '';
    expect(link).toContain('X-Amz-Signature=');
    expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(jpeg)).toBe(true);
    expect(link).not.toContain('SECRET');
  });

  it('require a login', async () => {
    const { id } = await storeMember(admin);
    const stranger = new AdminClient(admin);
    for (const path of [
      `/members/${id}`,
      `/members/${id}/pages/1`,
      `/members/${id}/pages/1/preview`,
      '/members',
    ]) {
      expect((await stranger.get(`/api/apps/composite${path}`)).status).toBe(303);
    }
  });
});
