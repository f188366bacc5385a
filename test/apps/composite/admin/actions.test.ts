import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MatchingRound } from '../../../../src/app-kit/admin/row-page.ts';
import { sealOrigin } from '../../../../src/apps/composite/origin/sealed-origin.ts';
import { openPageBucket } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { signInAs } from '../../../admin/admin-client.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { shareBucket } from './shared-bucket.ts';
import { enqueueTask, storeFailure, storeMember } from './stored-members.ts';

const admin = shareAdmin(shareBucket());
const ada = admin.signedIn();

beforeEach(async () => {
  await admin.platform.database.raw(
    'TRUNCATE composite.collections, queue.tasks, admin.audit_log, queue.leases, queue.engines CASCADE; DELETE FROM pgboss.job',
  );
});

const path = (action: string) => `/api/apps/composite/actions/${action}`;

async function act(action: string, ids: readonly string[], input: object = {}) {
  const response = await ada.postJson(path(action), { ...input, ids });
  return { status: response.status, body: (await response.json()) as { message?: string; detail?: string } };
}

async function stored(id: string) {
  return admin.platform.database('composite.members').where({ id }).first();
}

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of openPageBucket(admin.platform).list(prefix)) found.push(key);
  return found;
}

/** Lets an engine hold a task, as far as the database knows. */
async function letRun(taskId: string): Promise<void> {
  const engine = randomUUID();
  const { database } = admin.platform;
  await database('queue.engines').insert({
    id: engine,
    queue: 'composite',
    host: 'one',
    pid: 1,
    state: 'working',
    worker_count: 1,
  });
  await database('pgboss.job').where({ id: taskId }).delete();
  await database('queue.leases').insert({
    task_id: taskId,
    engine_id: engine,
    attempt: 1,
    queue: 'composite',
  });
}

describe('members that are resubmitted', () => {
  it('go to the queue again, and wait there as they did at first', async () => {
    const failed = await storeMember(admin, { status: 'ERROR', error: 'the origin is gone' });
    await storeFailure(admin, failed);
    const { status, body } = await act('members/resubmit', [failed.id]);
    expect([status, body]).toEqual([200, { message: 'Resubmitted 1 member' }]);
    const [task] = await admin.queue.queuedTasks({ limit: 10, offset: 0 });
    expect(task?.args['memberId']).toBe(failed.id);
    expect(await stored(failed.id)).toMatchObject({ status: 'PENDING', error: null, task_id: task?.id });
    expect(await admin.platform.database('queue.tasks')).toEqual([]);
    expect(await admin.platform.database('composite.member_events').pluck('status')).toEqual(['PENDING']);
    expect(await admin.platform.database('admin.audit_log').first()).toMatchObject({
      username: 'ada',
      action: 'resubmit',
      resource: 'members',
      record_ids: [failed.id],
      outcome: 'done',
    });
  });

  it('are distinguished from those that cannot be', async () => {
    const failed = await storeMember(admin, { status: 'ERROR' });
    await storeFailure(admin, failed);
    const done = await storeMember(admin, { status: 'COMPLETED' });
    const { body } = await act('members/resubmit', [failed.id, done.id]);
    expect(body.message).toContain('Resubmitted 1 member; skipped 1 without a failed task');
    const nothing = await act('members/resubmit', [done.id]);
    expect(nothing).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Nothing was resubmitted') },
    });
    expect(await admin.platform.database('admin.audit_log').where({ outcome: 'failed' })).toHaveLength(1);
    expect(await stored(done.id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('are not resubmitted with the credentials of another caller', async () => {
    const [mine, theirs] = [
      await storeMember(admin, { status: 'ERROR', customer: 16 }),
      await storeMember(admin, { status: 'ERROR', customer: 15 }),
    ];
    for (const member of [mine, theirs]) await storeFailure(admin, member);
    await admin.platform.database.raw(
      `UPDATE queue.tasks SET args = jsonb_set(args, '{authorization}',
         (SELECT args -> 'authorization' FROM queue.tasks WHERE id = :theirs)) WHERE id = :mine`,
      { mine: mine.taskId, theirs: theirs.taskId },
    );
    expect(await act('members/resubmit', [mine.id])).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('it was changed in the database') },
    });
    expect(await admin.queue.queueSize()).toBe(0);
    expect(await stored(mine.id)).toMatchObject({ status: 'ERROR' });
  });

  it('are all that have failed, of a collection', async () => {
    const first = await storeMember(admin, { status: 'ERROR' });
    const second = await storeMember(admin, {
      status: 'ERROR',
      collectionId: first.collectionId,
      position: 1,
    });
    const other = await storeMember(admin, { status: 'ERROR' });
    for (const member of [first, second, other]) await storeFailure(admin, member);
    const { body } = await act('collections/resubmit', [first.collectionId]);
    expect(body.message).toBe('Resubmitted 2 members');
    expect(await stored(second.id)).toMatchObject({ status: 'PENDING' });
    expect(await stored(other.id)).toMatchObject({ status: 'ERROR' });
  });
});

describe('members that are cancelled', () => {
  it('fail at once where they wait, and are asked to stop where they run', async () => {
    const waiting = await storeMember(admin);
    const running = await storeMember(admin, { status: 'RASTERIZING' });
    for (const member of [waiting, running]) await enqueueTask(admin, member);
    await letRun(running.taskId);
    const { body } = await act('members/cancel', [waiting.id, running.id]);
    expect(body.message).toBe('Cancelled 1 member; asked 1 member that ran to stop');
    expect(await stored(waiting.id)).toMatchObject({
      status: 'ERROR',
      error: expect.stringContaining('Cancelled by ada'),
    });
    expect(await stored(running.id)).toMatchObject({ status: 'RASTERIZING' });
    expect(await admin.platform.database('queue.leases').first()).toMatchObject({ cancelled_by: 'ada' });
    expect(await admin.queue.queueSize()).toBe(0);
    expect((await act('members/cancel', [waiting.id])).status).toBe(409);
  });
});

describe('members that are deleted', () => {
  it('are gone, with their tasks; their pages stay by default', async () => {
    const member = await storeMember(admin, { customer: 9 });
    await enqueueTask(admin, member);
    const key = `composites/9/2/${member.id}/page-00001.jpg`;
    await openPageBucket(admin.platform).put(key, Buffer.from('a page'), 'image/jpeg');
    expect((await act('members/delete', [member.id])).body).toEqual({ message: 'Deleted 1 member' });
    expect(await stored(member.id)).toBeUndefined();
    expect(await admin.queue.queueSize()).toBe(0);
    expect(await keys(`composites/9/2/${member.id}/`)).toEqual([key]);
  });

  it('take their pages along on request, but for those that another version has put there', async () => {
    const own = await storeMember(admin, { customer: 9, status: 'ERROR' });
    const shared = await storeMember(admin, { customer: 9, composite: { compositeId: 'b1' } });
    for (const folder of [own.id, 'b1']) {
      const key = `composites/9/2/${folder}/page-00001.jpg`;
      await openPageBucket(admin.platform).put(key, Buffer.from('a page'), 'image/jpeg');
    }
    await storeFailure(admin, own);
    const { body } = await act('members/delete', [own.id, shared.id], { withPages: true });
    expect(body.message).toBe(
      'Deleted 2 members with their pages; kept the pages of 1, as another version of the composite may use them',
    );
    expect(await keys(`composites/9/2/${own.id}/`)).toEqual([]);
    expect(await keys('composites/9/2/b1/')).toHaveLength(1);
    expect(await admin.platform.database('queue.tasks')).toEqual([]);
  });

  it('are left alone while they are processed', async () => {
    const member = await storeMember(admin, { status: 'RASTERIZING' });
    await enqueueTask(admin, member);
    await letRun(member.taskId);
    const { status, body } = await act('members/delete', [member.id]);
    expect([status, body.detail]).toEqual([409, expect.stringContaining('cancel it first')]);
    expect(await stored(member.id)).toBeDefined();
  });
});

describe('what is done to all members that match', () => {
  const act = async (
    action: string,
    filter: Record<string, string>,
    more: Record<string, string> = {},
  ): Promise<MatchingRound> => {
    const response = await ada.postJson(`/api/apps/composite/matching/members/${action}`, {
      filter,
      ...more,
    });
    expect(response.status).toBe(200);
    return (await response.json()) as MatchingRound;
  };

  it('is done to those alone, in as many batches as it takes, and counted', async () => {
    const failed = await Promise.all(
      Array.from({ length: 120 }, () => storeMember(admin, { customer: 5, status: 'ERROR' })),
    );
    for (const member of failed) await storeFailure(admin, member);
    const other = await storeMember(admin, { customer: 6, status: 'ERROR' });
    await storeFailure(admin, other);
    await storeMember(admin, { customer: 5, status: 'ERROR' });

    expect(await act('resubmit', { customer: '5', status: 'ERROR' })).toEqual({
      done: 120,
      skipped: 1,
      next: null,
    });
    expect(await admin.queue.queueSize()).toBe(120);
    expect(await stored(other.id)).toMatchObject({ status: 'ERROR' });
    const lines = await admin.platform
      .database('admin.audit_log')
      .where({ action: 'resubmit', outcome: 'done' });
    expect(lines.length).toBeGreaterThanOrEqual(2);
  });

  it('leaves members that were submitted after it was confirmed', async () => {
    const old = await storeMember(admin, { created: '2026-01-01T00:00:00Z' });
    const recent = await storeMember(admin);
    expect(await act('delete', {}, { until: '2026-02-01T00:00:00.000Z' })).toMatchObject({ done: 1 });
    expect(await stored(old.id)).toBeUndefined();
    expect(await stored(recent.id)).toBeDefined();
  });

  it('leaves members that are processed, and deletes the others', async () => {
    const running = await storeMember(admin, { status: 'RASTERIZING' });
    await enqueueTask(admin, running);
    await letRun(running.taskId);
    const waiting = await storeMember(admin);
    expect(await act('delete', {})).toEqual({ done: 1, skipped: 1, next: null });
    expect(await stored(running.id)).toBeDefined();
    expect(await stored(waiting.id)).toBeUndefined();
  });
});

describe('what is done with members', () => {
  it('needs an operator', async () => {
    const failed = await storeMember(admin, { status: 'ERROR' });
    await storeFailure(admin, failed);
    const viewer = await signInAs(admin, 'vera', 'viewer');
    for (const action of ['members/resubmit', 'members/cancel', 'members/delete', 'collections/resubmit']) {
      expect((await viewer.postJson(path(action), { ids: [failed.id] })).status).toBe(403);
    }
    const everything = '/api/apps/composite/matching/members/delete';
    expect((await viewer.postJson(everything, { filter: {} })).status).toBe(403);
    expect((await viewer.get(`/api/apps/composite/members/${failed.id}`)).status).toBe(200);
    expect(await stored(failed.id)).toMatchObject({ status: 'ERROR' });
    const operator = await signInAs(admin, 'otto', 'operator');
    expect((await operator.postJson(path('members/resubmit'), { ids: [failed.id] })).status).toBe(200);
  });

  it('needs the token, a POST, and ids', async () => {
    const { id } = await storeMember(admin);
    expect((await ada.postJson(path('members/delete'), { ids: [id] }, { 'x-xsrf-token': '' })).status).toBe(
      403,
    );
    expect((await ada.get(path('members/delete'))).status).toBe(404);
    for (const ids of [[], 'x', ['no-uuid'], [1], undefined, Array(1_001).fill(id)]) {
      expect((await ada.postJson(path('members/delete'), { ids })).status).toBe(400);
    }
    expect((await ada.postJson(path('members/unheard-of'), { ids: [id] })).status).toBe(404);
    expect(await stored(id)).toBeDefined();
  });
});

describe('the whole origin of a member', () => {
  const url = 'https://user:sesame@example.org/a.pdf?signature=f00baa';

  async function storeSealed(): Promise<string> {
    const { id } = await storeMember(admin);
    const { shown, sealed } = sealOrigin(url, id, admin.platform.secretBox);
    await admin.platform.database.raw(
      "UPDATE composite.members SET composite = jsonb_set(composite, '{origin}', to_jsonb(?::text)), sealed_origin = ? WHERE id = ?",
      [shown, sealed, id],
    );
    return id;
  }

  it('is shown to an operator on request, and noted in the audit log without it', async () => {
    const id = await storeSealed();
    const page = await ada.get(`/api/apps/composite/members/${id}`);
    expect(await page.text()).not.toMatch(/sesame|f00baa/);
    const { status, body } = await act('members/reveal', [id]);
    expect([status, body]).toEqual([200, { message: 'Showed the whole origin', secret: url }]);
    const lines = await admin.platform.database('admin.audit_log').where({ action: 'reveal' });
    expect(lines).toMatchObject([{ username: 'ada', record_ids: [id], outcome: 'done' }]);
    expect(JSON.stringify(lines)).not.toMatch(/sesame|f00baa/);
  });

  it('is not shown to a viewer', async () => {
    const viewer = await signInAs(admin, `vera-${randomUUID()}`, 'viewer');
    const response = await viewer.postJson(path('members/reveal'), { ids: [await storeSealed()] });
    expect(response.status).toBe(403);
  });
});
