import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EngineDetail, EngineRow } from '../../../src/admin/queue/shapes.ts';
import type { RowPage } from '../../../src/app-kit/admin/row-page.ts';
import { shareAdmin } from '../shared-admin.ts';

describe("the admin's engines", () => {
  const admin = shareAdmin();
  const viewer = admin.signedIn('vera', 'viewer');
  beforeEach(() => admin.platform.database.raw('TRUNCATE queue.engines, queue.leases'));

  async function addEngine(host: string, state: string, silentSeconds: number): Promise<string> {
    const { database } = admin.platform;
    const id = randomUUID();
    await database('queue.engines').insert({
      id,
      queue: 'composite',
      host,
      pid: 41,
      state,
      worker_count: 1,
      heartbeat: database.raw(`clock_timestamp() - ? * interval '1 second'`, [silentSeconds]),
      processes: JSON.stringify([{ role: 'worker', pid: 61, residentBytes: 1_000, tasks: 3 }]),
    });
    return id;
  }

  it('are listed alive first, in the condition that their heartbeat shows', async () => {
    await addEngine('gone', 'stopped', 2);
    await addEngine('lost', 'working', 60);
    await addEngine('silent', 'working', 10);
    await addEngine('first', 'idle', 3);
    await addEngine('busy', 'working', 0);
    const { rows } = (await (await viewer.get('/api/queue/engines')).json()) as RowPage<EngineRow>;
    expect(rows.map(({ host, condition }) => [host, condition])).toEqual([
      ['first', 'idle'],
      ['busy', 'working'],
      ['silent', 'silent'],
      ['gone', 'stopped'],
      ['lost', 'lost'],
    ]);
  });

  it('have a page with their workers and the tasks that these run', async () => {
    const id = await addEngine('busy', 'working', 0);
    const taskId = randomUUID();
    await admin.platform.database('queue.leases').insert({
      task_id: taskId,
      engine_id: id,
      attempt: 1,
      queue: 'composite',
      carried: { task: { name: 'winter-speaker', func: 'composite.process_member' } },
      worker_pid: 61,
    });
    const detail = (await (await viewer.get(`/api/queue/engines/${id}`)).json()) as EngineDetail;
    expect(detail).toMatchObject({
      host: 'busy',
      condition: 'working',
      processes: [{ pid: 61 }],
      tasks: [{ id: taskId, workerPid: 61, description: null }],
    });
    for (const unknown of [randomUUID(), 'none']) {
      expect((await viewer.get(`/api/queue/engines/${unknown}`)).status).toBe(404);
    }
  });
});
