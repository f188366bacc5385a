import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { audited, recordAudit } from '../../../src/admin/access/audit.ts';
import type { AuditRow } from '../../../src/admin/people/shapes.ts';
import type { RowPage } from '../../../src/app-kit/admin/row-page.ts';
import { signFailedTasks } from '../../support/signed-rows.ts';
import { shareAdmin } from '../shared-admin.ts';

const ACTOR = { id: randomUUID(), username: 'ada', address: '203.0.113.1' };

describe('the audit log', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();
  beforeEach(async () => {
    await admin.platform.database('admin.audit_log').delete();
  });

  const lines = () => admin.platform.database('admin.audit_log').orderBy('happened');

  async function listed(query = ''): Promise<readonly AuditRow[]> {
    const response = await ada.get(`/api/people/audit-log${query}`);
    return ((await response.json()) as RowPage<AuditRow>).rows;
  }

  async function addTask(): Promise<string> {
    const id = randomUUID();
    await admin.platform.database('queue.tasks').insert({
      id,
      name: 'winter-speaker',
      func: 'composite.process_member',
      args: { token: 'a secret of the task' },
      result: { error: 'gone' },
      cluster: 'composite',
      started: '2026-01-01T00:00:00Z',
      stopped: '2026-01-01T00:00:38Z',
      success: false,
      attempt_count: 1,
    });
    await signFailedTasks(admin.platform);
    return id;
  }

  it('has a line for what was done to tasks: who, what, to which, from where', async () => {
    const [one, two] = [await addTask(), await addTask()];
    const gone = randomUUID();
    await ada.postJson('/api/queue/tasks/failed-tasks/actions/resubmit', { ids: [one] });
    await ada.postJson('/api/queue/tasks/failed-tasks/actions/delete', { ids: [two, gone] });
    const { id } = await admin.platform.database('admin.administrators').first('id');
    expect(await lines()).toMatchObject([
      {
        administrator_id: id,
        username: 'ada',
        address: '127.0.0.1',
        action: 'resubmit',
        resource: 'failed-tasks',
        record_ids: [one],
        record_count: 1,
        outcome: 'done',
      },
      {
        action: 'delete',
        resource: 'failed-tasks',
        record_ids: [two, gone],
        detail: '1 of 2',
        outcome: 'done',
      },
    ]);
    expect(JSON.stringify(await lines())).not.toContain('a secret of the task');
  });

  it('has the line of what was done, or neither of both', async () => {
    const { database } = admin.platform;
    const id = await addTask();
    const attempt = audited(
      database,
      { actor: ACTOR, action: 'delete', resource: 'failed-tasks', recordIds: [id] },
      async (transaction) => {
        await transaction('queue.tasks').where({ id }).delete();
        throw new RangeError('with a secret in its message');
      },
    );
    await expect(attempt).rejects.toThrow('with a secret');
    expect(await database('queue.tasks').where({ id })).toHaveLength(1);
    const [line] = await lines();
    expect(line).toMatchObject({ action: 'delete', outcome: 'failed', detail: 'RangeError' });
  });

  it('keeps a bounded part of very many ids, and how many they were', async () => {
    const recordIds = Array.from({ length: 2_500 }, () => randomUUID());
    await recordAudit(admin.platform.database, { actor: ACTOR, action: 'purge', recordIds, outcome: 'done' });
    const [line] = await lines();
    expect(line.record_count).toBe(2_500);
    expect(line.record_ids).toEqual(recordIds.slice(0, 1_000));
  });

  it('is listed newest first, and narrowed by who, what, outcome and time', async () => {
    const { database } = admin.platform;
    const entry = { actor: ACTOR, resource: 'queues', outcome: 'done' } as const;
    await recordAudit(database, { ...entry, action: 'pause' });
    await recordAudit(database, { ...entry, action: 'resume', outcome: 'failed' });
    await recordAudit(database, { ...entry, action: 'purge', actor: { ...ACTOR, username: 'grace' } });
    const actions = async (query?: string) => (await listed(query)).map(({ action }) => action);
    expect(await actions()).toEqual(['purge', 'resume', 'pause']);
    expect(await actions('?username=ada')).toEqual(['resume', 'pause']);
    expect(await actions('?action=pause')).toEqual(['pause']);
    expect(await actions('?outcome=failed')).toEqual(['resume']);
    expect(await actions('?resource=queues')).toEqual(['purge', 'resume', 'pause']);
    expect(await actions('?to=2001-01-01T00:00:00Z')).toEqual([]);
    const choices = await ada.get('/api/people/audit-log/choices');
    expect(await choices.json()).toMatchObject({
      usernames: expect.arrayContaining(['ada', 'grace']),
      actions: expect.arrayContaining(['pause', 'purge', 'resume']),
      resources: ['queues'],
    });
  });

  it('cannot be changed by anybody', async () => {
    await recordAudit(admin.platform.database, { actor: ACTOR, action: 'pause', outcome: 'done' });
    const [{ id }] = await lines();
    await ada.postJson(`/api/people/audit-log/${id}/delete`, {});
    await ada.postJson(`/api/people/audit-log/${id}`, { action: 'nothing' });
    await ada.postJson('/api/people/audit-log', { action: 'x', outcome: 'done' });
    expect((await lines()).filter(({ action }) => action === 'pause')).toHaveLength(1);
    expect((await lines()).filter(({ action }) => action === 'x')).toEqual([]);
  });
});
