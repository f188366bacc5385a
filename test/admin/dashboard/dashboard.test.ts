import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  deleteAdministrator,
  disableAdministrator,
  signOutEverywhere,
} from '../../../src/admin/administrator-changes.ts';
import { findAdministratorByName } from '../../../src/admin/administrators.ts';
import type { DashboardData, History } from '../../../src/admin/dashboard/shapes.ts';
import { signInAs } from '../admin-client.ts';
import { addRunning, addTask, processMember, removeTasks } from '../queue/stored-tasks.ts';
import { shareAdmin } from '../shared-admin.ts';

const ARGS = { memberId: 'm', authorization: 'Basic abc' };

describe('the dashboard', () => {
  const admin = shareAdmin();
  beforeEach(() => removeTasks(admin));

  const viewer = () => signInAs(admin, `vera-${randomUUID()}`, 'viewer');
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  it('has figures, engines, what runs, and says what needs a person', async () => {
    const running = await addRunning(admin);
    await admin.queue.asyncTask(processMember, ARGS);
    for (let place = 0; place < 12; place += 1) {
      await addTask(admin, {
        stopped: minutesAgo(5),
        result: { error: `The origin answered 404 to page ${place}` },
      });
    }
    await addTask(admin, { stopped: minutesAgo(5), cancelled: true });
    const { database } = admin.platform;
    const engineId = randomUUID();
    await database('queue.task_counts').insert([
      { queue: 'composite', minute: minutesAgo(10), engine_id: engineId, successes: 7, failures: 2 },
      { queue: 'composite', minute: minutesAgo(120), engine_id: engineId, successes: 10, failures: 1 },
    ]);
    await database('queue.queue_depths').insert([
      { queue: 'composite', minute: minutesAgo(30), waiting: 20 },
      { queue: 'composite', minute: minutesAgo(1), waiting: 200 },
    ]);
    await admin.queue.pause('oleg');
    const response = await (await viewer()).get('/api/dashboard');
    const data = (await response.json()) as DashboardData;
    expect(data).toMatchObject({
      waiting: { count: 1, isEstimated: false, oldest: { queue: 'composite' } },
      running: 1,
      workers: 2,
      failed: { count: 13 },
      lastHour: { successes: 7, failures: 2 },
      lastDay: { successes: 17, failures: 3 },
      queues: [
        {
          queue: 'composite',
          apps: ['Composites'],
          isPaused: true,
          waiting: { count: 1, isEstimated: false },
          running: 1,
          workers: 2,
          lastHour: { successes: 7, failures: 2 },
        },
      ],
      engines: [{ host: 'one', condition: 'working', running: 1 }],
      runningTasks: [{ id: running, progress: { done: 3, total: 9 } }],
      failures: [{ error: 'The origin answered 404 to page …', count: 12, countLastHour: 12 }],
    });
    expect(data.attention).toMatchObject([
      { tone: 'bad', title: 'Repeated error' },
      { tone: 'warn', title: 'The queue composite is paused' },
    ]);
    expect(JSON.stringify(data)).not.toMatch(/sealed|Basic/);
  });

  it('tells who watches whenever something changes', async () => {
    const client = await viewer();
    const response = await client.get('/api/dashboard', { accept: 'text/event-stream' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(response);
    // What was read for somebody else less than a second ago comes first.
    await nextWhere(events, ({ waiting }) => waiting.count === 0);
    await admin.queue.asyncTask(processMember, ARGS);
    const news = await nextWhere(events, ({ waiting }) => waiting.count === 1);
    expect(news.waiting.oldest).toMatchObject({ queue: 'composite' });
    await events.return();
  });

  it('ends the stream of an administrator who is disabled, deleted or signed out everywhere', async () => {
    const { database } = admin.platform;
    const changes = [disableAdministrator, deleteAdministrator, signOutEverywhere];
    for (const [index, change] of changes.entries()) {
      const client = await signInAs(admin, `watcher-${index}`, 'viewer');
      const events = eventsOf(await client.get('/api/dashboard', { accept: 'text/event-stream' }));
      await events.next();
      const watcher = await findAdministratorByName(database, `watcher-${index}`);
      await database.transaction((transaction) => change(transaction, watcher?.id ?? ''));
      // It ends, as long as the administrator is gone: nothing else ends it.
      for await (const _news of events);
    }
  });

  it('has the history of the last hour and day, step by step, without gaps', async () => {
    const { database } = admin.platform;
    await database('queue.task_counts').insert({
      queue: 'composite',
      minute: minutesAgo(3),
      engine_id: randomUUID(),
      successes: 4,
      failures: 1,
    });
    await database('queue.queue_depths').insert([
      { queue: 'composite', minute: minutesAgo(3), waiting: 20 },
      { queue: 'reports', minute: minutesAgo(200), waiting: 2 },
    ]);
    const client = await viewer();
    const read = async (span: string) =>
      (await (await client.get(`/api/dashboard/history?span=${span}`)).json()) as History;
    const hour = await read('hour');
    expect([hour.stepSeconds, hour.points.length]).toEqual([60, 60]);
    expect(hour.points.filter(({ successes }) => successes > 0)).toMatchObject([
      { successes: 4, failures: 1 },
    ]);
    expect(hour.points.filter(({ waiting }) => waiting !== null)).toMatchObject([{ waiting: 20 }]);
    const day = await read('day');
    expect([day.stepSeconds, day.points.length]).toEqual([900, 96]);
    expect(day.points.flatMap(({ waiting }) => waiting ?? [])).toEqual([2, 20]);
  });
});

/** The events of a stream, until who reads them stops. */
async function* eventsOf(response: Response): AsyncGenerator<DashboardData, void> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, json] = /^data: (.*)$/s.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (json !== undefined) yield JSON.parse(json) as DashboardData;
    }
  }
}

/** The next event of which something is true. */
async function nextWhere(
  events: AsyncGenerator<DashboardData, void>,
  isIt: (data: DashboardData) => boolean,
): Promise<DashboardData> {
  for (;;) {
    const { value } = await events.next();
    if (!value) throw new Error('The stream has ended, and nothing was told');
    if (isIt(value)) return value;
  }
}
