import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  FinishedTaskRow,
  GoneTask,
  RunningTaskRow,
  TaskDetail,
  WaitingTaskRow,
} from '../../../src/admin/queue/shapes.ts';
import type { RowPage } from '../../../src/app-kit/admin/row-page.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { shareAdmin } from '../shared-admin.ts';
import { addRunning, addTask, processMember, removeTasks } from './stored-tasks.ts';

describe("the admin's lists of tasks", () => {
  const admin = shareAdmin();
  const viewer = admin.signedIn('vera', 'viewer');
  beforeEach(() => removeTasks(admin));

  async function read<Answer>(path: string): Promise<Answer> {
    const response = await viewer.get(`/api/queue${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as Answer;
  }

  const failed = (query = '') => read<RowPage<FinishedTaskRow>>(`/tasks/failed-tasks${query}`);
  const queued = (query = '') => read<RowPage<WaitingTaskRow>>(`/tasks/queued-tasks${query}`);
  const idsOf = ({ rows }: { rows: readonly { id: string }[] }) => rows.map(({ id }) => id);

  it('have failures and successes apart, those first that ended last, with how many there are', async () => {
    const old = await addTask(admin, { waited_seconds: 36, ran_seconds: 2.5 });
    const recent = await addTask(admin, { stopped: '2026-02-01T00:00:00Z', group: 'books' });
    const good = await addTask(admin, { success: true });
    const page = await failed();
    expect(idsOf(page)).toEqual([recent, old]);
    expect(page).toMatchObject({ next: null, isPartial: false, count: { count: 2, isEstimated: false } });
    expect(page.rows[1]).toEqual({
      id: old,
      name: 'winter-speaker',
      func: processMember.name,
      group: null,
      queue: 'composite',
      cancelled: false,
      error: 'the origin is gone',
      started: '2026-01-01T00:00:00.000000Z',
      stopped: '2026-01-01T00:00:38.500000Z',
      attempts: 2,
      waitedSeconds: 36,
      ranSeconds: 2.5,
      description: null,
    });
    const successes = await read<RowPage<FinishedTaskRow>>('/tasks/successful-tasks');
    expect(successes.rows).toMatchObject([{ id: good, error: null }]);
  });

  it('are narrowed by function, group, name, queue, time, error and cancellation, also together', async () => {
    const plain = await addTask(admin);
    const other = await addTask(admin, {
      func: 'reports.make',
      group: 'books',
      name: 'nightly',
      cluster: 'reports',
      stopped: '2026-02-01T00:00:00Z',
      cancelled: true,
      result: { error: 'Page 17 of 100% cannot be drawn' },
    });
    await addTask(admin, { success: true, func: 'reports.make', group: 'books', name: 'nightly' });
    for (const query of [
      'func=reports.make',
      'group=books',
      'name=nightly',
      'queue=reports',
      'from=2026-01-15T00:00:00Z',
      'cancelled=yes',
      'error=PAGE%20…%20CANNOT',
      'error=100%25',
      'func=reports.make&group=books&name=nightly&queue=reports&cancelled=yes&error=page',
    ]) {
      expect([query, idsOf(await failed(`?${query}`))]).toEqual([query, [other]]);
    }
    for (const query of ['cancelled=no', 'to=2026-01-15T00:00:00Z', 'error=gone', 'queue=composite']) {
      expect([query, idsOf(await failed(`?${query}`))]).toEqual([query, [plain]]);
    }
    for (const query of ['func=nothing', 'error=10_%25', 'group=books&error=gone', 'from=2027-01-01']) {
      expect([query, idsOf(await failed(`?${query}`))]).toEqual([query, []]);
    }
    const good = await read<RowPage<FinishedTaskRow>>('/tasks/successful-tasks?name=nightly&group=books');
    expect(good.rows).toHaveLength(1);
  });

  it('go on where a page ends, also among tasks that ended at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => addTask(admin)));
    const first = await failed();
    expect(first.rows).toHaveLength(25);
    const second = await failed(`?page=${first.next}`);
    expect(second).toMatchObject({ next: null });
    expect(new Set([...idsOf(first), ...idsOf(second)])).toEqual(new Set(ids));
  });

  it('look at a bounded number of tasks for one page, and say so', async () => {
    await admin.platform.database.raw(
      `INSERT INTO queue.tasks (id, name, func, args, result, cluster, started, stopped, success, attempt_count)
       SELECT gen_random_uuid(), 'n', 'f', '{}', '{"error": "e"}', 'composite', now(), now(), false, 1
       FROM generate_series(1, 5100)`,
    );
    const rare = await addTask(admin);
    const first = await failed('?error=gone');
    expect(first).toMatchObject({ rows: [], isPartial: true, count: null });
    const second = await failed(`?error=gone&page=${first.next}`);
    expect(second).toMatchObject({ isPartial: false, next: null });
    expect(idsOf(second)).toEqual([rare]);
    const counted = await read<object>('/tasks/failed-tasks/count?error=gone');
    expect(counted).toEqual({ count: 1, isEstimated: false, isMinimum: false });
  });

  it('have what waits in a queue, those first that were enqueued first, and what is delayed', async () => {
    const args = { memberId: 'm', authorization: 'Basic abc' };
    const [first = '', second = ''] = await admin.queue.asyncTasks(processMember, [
      { args, options: { group: 'books' } },
      { args, options: { delay: 600, priority: 3, taskName: 'later' } },
    ]);
    const page = await queued();
    expect(page.count).toEqual({ count: 2, isEstimated: false });
    expect(new Set(idsOf(page))).toEqual(new Set([first, second]));
    expect(page.rows.find(({ id }) => id === second)).toMatchObject({
      state: 'delayed',
      priority: 3,
      attempts: 0,
    });
    expect(idsOf(await queued('?group=books'))).toEqual([first]);
    expect(idsOf(await queued('?name=later'))).toEqual([second]);
    expect(idsOf(await queued('?queue=reports'))).toEqual([]);
    const reports = openTaskQueue(admin.platform, 'reports');
    const third = await reports.asyncTask(processMember, args);
    await reports.close();
    expect(idsOf(await queued('?queue=reports'))).toEqual([third]);
    await admin.queue.asyncTasks(
      processMember,
      Array.from({ length: 30 }, () => ({ args })),
    );
    const long = await queued();
    const rest = await queued(`?page=${long.next}`);
    expect([long.rows.length, rest.rows.length, rest.next]).toEqual([25, 7, null]);
    expect(JSON.stringify([page, long, rest])).not.toMatch(/sealed|Basic/);
  });

  it('have what runs, with how far it is and where', async () => {
    const id = await addRunning(admin, { group: 'books' });
    await addRunning(admin, { group: 'maps' });
    const running = await read<RowPage<RunningTaskRow>>('/tasks/running-tasks?group=books');
    expect(running.rows).toMatchObject([
      { id, host: 'one', workerPid: 7, attempt: 1, progress: { done: 3, total: 9, note: 'pages uploaded' } },
    ]);
    expect((await read<RowPage<RunningTaskRow>>('/tasks/running-tasks')).count?.count).toBe(2);
  });

  it('lead to one page of a task, in any state; its secrets are dots', async () => {
    const old = await addTask(admin, {
      group: 'books',
      options: JSON.stringify({
        retry: { maxAttempts: 3 },
        chain: [{ func: 'a.next', args: { token: 'x' } }],
      }),
    });
    const task = await read<TaskDetail>(`/tasks/${old}`);
    expect(task).toMatchObject({
      state: 'failed',
      error: 'the origin is gone',
      stack: 'at fetch',
      args: { memberId: 'm', authorization: '••••' },
      options: { retry: { maxAttempts: 3 } },
      chain: ['a.next'],
      can: { resubmit: true, cancel: false, delete: true },
    });
    const waiting = await admin.queue.asyncTask(processMember, { memberId: 'm', authorization: 'Basic abc' });
    const stripped = await addTask(admin, { args: {}, secrets_removed: '2026-01-31T00:00:00Z' });
    expect(await read<TaskDetail>(`/tasks/${stripped}`)).toMatchObject({
      secretsRemoved: '2026-01-31T00:00:00.000000Z',
      can: { resubmit: false, cancel: false, delete: true },
    });
    expect(await read<TaskDetail>(`/tasks/${waiting}`)).toMatchObject({
      state: 'queued',
      args: { memberId: 'm', authorization: '••••' },
      can: { resubmit: false, cancel: true, delete: true },
    });
    const running = await addRunning(admin);
    expect(await read<TaskDetail>(`/tasks/${running}`)).toMatchObject({
      state: 'running',
      running: { workerPid: 7 },
      can: { resubmit: false, cancel: true, delete: false },
    });
    const newer = await addTask(admin, { success: true, resubmitted_from: old });
    await admin.platform.database('queue.tasks').where({ id: old }).delete();
    expect(await read<TaskDetail>(`/tasks/${newer}`)).toMatchObject({
      state: 'succeeded',
      result: ['fine'],
      resubmittedFrom: old,
    });
    expect(await read<GoneTask>(`/tasks/${old}`)).toEqual({ state: 'gone', resubmittedAs: [newer] });
    expect(await read<GoneTask>('/tasks/no-uuid')).toEqual({ state: 'gone', resubmittedAs: [] });
    const leadsTo = async (id: string) => (await viewer.get(`/tasks/${id}`)).headers.get('location');
    expect(await leadsTo(newer)).toBe(`/admin/resources/successful-tasks/records/${newer}/show`);
    expect(await leadsTo(waiting)).toBe(`/admin/resources/queued-tasks/records/${waiting}/show`);
    expect(await leadsTo(running)).toBe(`/admin/resources/running-tasks/records/${running}/show`);
    expect(await leadsTo(old)).toBe(`/admin/tasks/${newer}`);
    expect((await viewer.get('/tasks/no-uuid')).status).toBe(404);
  });

  it('have the attempts at a task on its page, how long each waited and ran, and who sent it', async () => {
    const first = randomUUID();
    const id = await addTask(admin, {
      success: true,
      attempt_count: 1,
      options: JSON.stringify({ resubmittedFrom: first, resubmittedBy: 'Ada' }),
      resubmitted_from: first,
      host: 'one',
      worker_pid: 7,
      began: '2026-01-01T00:00:36Z',
      waited_seconds: 36,
      ran_seconds: 2.5,
    });
    await admin.platform.database('queue.failed_attempts').insert({
      task_id: id,
      made_as: first,
      number: 3,
      ended: '2025-12-31T00:00:00Z',
      outcome: 'worker died',
      error: 'The worker process died (SIGKILL)',
      waited_seconds: 1,
    });
    const task = await read<TaskDetail>(`/tasks/${id}`);
    expect(task).toMatchObject({
      waitedSeconds: 36,
      ranSeconds: 2.5,
      resubmittedBy: 'Ada',
      options: null,
      history: [
        {
          madeAs: id,
          number: 1,
          outcome: 'succeeded',
          host: 'one',
          workerPid: 7,
          ranSeconds: 2.5,
          sentBy: 'Ada',
        },
        { madeAs: first, number: 3, outcome: 'worker died', waitedSeconds: 1, ranSeconds: null, began: null },
      ],
    });
  });

  it('tell of the iteration that a task is a part of', async () => {
    const args = { memberId: 'm', authorization: 'Basic abc' };
    const iteration = await admin.queue.asyncIter(processMember, [args, args, args]);
    const [{ id } = { id: '' }] = (await queued()).rows;
    expect((await read<TaskDetail>(`/tasks/${id}`)).iteration).toMatchObject({
      id: iteration,
      total: 3,
      remaining: 3,
    });
  });
});
