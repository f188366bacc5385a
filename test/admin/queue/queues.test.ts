import { beforeEach, describe, expect, it } from '@jest/globals';
import type { QueueRow } from '../../../src/admin/queue/shapes.ts';
import { shareAdmin } from '../shared-admin.ts';
import { processMember, removeTasks } from './stored-tasks.ts';

describe("the admin's queues", () => {
  const admin = shareAdmin();
  const operator = admin.signedIn('oleg', 'operator');
  beforeEach(() => removeTasks(admin));

  const post = (path: string, body: object = {}) => operator.postJson(`/api/queue/queues/${path}`, body);
  const rows = async () => (await (await operator.get('/api/queue/queues')).json()) as QueueRow[];

  it('are paused and resumed, and say by whom', async () => {
    expect(await (await post('composite/pause')).json()).toEqual({ message: 'Paused composite' });
    expect(await rows()).toMatchObject([
      { queue: 'composite', pausedBy: 'oleg', pausedSince: expect.any(String), queued: 0, workers: 0 },
    ]);
    await post('composite/resume');
    expect(await rows()).toMatchObject([{ pausedBy: null, pausedSince: null }]);
    expect(
      await admin.platform.database('admin.audit_log').orderBy('happened').select('action', 'record_ids'),
    ).toEqual([
      { action: 'pause', record_ids: ['composite'] },
      { action: 'resume', record_ids: ['composite'] },
    ]);
  });

  it('are purged once their name is typed', async () => {
    await admin.queue.asyncTask(processMember, { memberId: 'm', authorization: 'x' });
    for (const body of [{}, { confirm: 'Composite' }, { confirm: true }]) {
      expect((await post('composite/purge', body)).status).toBe(400);
    }
    expect(await admin.queue.queueSize()).toBe(1);
    const done = await post('composite/purge', { confirm: 'composite' });
    expect(await done.json()).toEqual({ message: 'Deleted 1 task from composite' });
    expect(await admin.queue.queueSize()).toBe(0);
    expect(await admin.platform.database('admin.audit_log')).toMatchObject([
      { action: 'purge', resource: 'queues', detail: '1 tasks', outcome: 'done' },
    ]);
  });

  it('do not come to be by being asked for', async () => {
    for (const path of ['made-up/pause', 'made-up/resume']) expect((await post(path)).status).toBe(404);
    expect((await post('made-up/purge', { confirm: 'made-up' })).status).toBe(404);
    expect((await rows()).map(({ queue }) => queue)).toEqual(['composite']);
  });
});
