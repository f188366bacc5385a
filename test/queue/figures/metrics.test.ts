import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { addDurations, Durations } from '../../../src/queue/figures/durations.ts';
import { foldTaskCounts } from '../../../src/queue/figures/history.ts';
import { queueMetrics } from '../../../src/queue/figures/metrics.ts';
import {
  openTaskQueue,
  queueFigures,
  queueStatistics,
  registerQueues,
  type TaskQueue,
} from '../../../src/queue/index.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readSettings } from '../../support/settings.ts';

const nothing = defineTaskFunction<Record<string, never>, null>({
  name: 'test.nothing',
  load: async () => async () => null,
});

/** So many rows that they are not counted one by one. */
const MANY = 30_000;

describe('what is told of the queues', () => {
  let test: TestDatabase;
  let platform: Platform;
  let queue: TaskQueue;
  beforeEach(async () => {
    test = await createTestDatabase();
    const settings = readSettings({
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'a key for tests',
      LOG_LEVEL: 'silent',
    });
    platform = openPlatform(settings, { processName: 'test', maximumConnections: 5 });
    queue = openTaskQueue(platform);
  });
  afterEach(async () => {
    await queue.close();
    await platform.close();
    await test.drop();
  });

  async function addEngine(fields: object = {}): Promise<string> {
    const id = randomUUID();
    await test.database('queue.engines').insert({
      id,
      queue: 'composite',
      host: 'a-host',
      pid: 4711,
      state: 'working',
      worker_count: 2,
      ...fields,
    });
    return id;
  }

  async function addCounts(hoursAgo: number, successes: number, failures: number, queueName = 'composite') {
    await test.database('queue.task_counts').insert({
      queue: queueName,
      minute: test.database.raw(`date_trunc('minute', now()) - ? * interval '1 hour'`, [hoursAgo]),
      engine_id: randomUUID(),
      successes,
      failures,
    });
  }

  async function metrics(): Promise<string[]> {
    const text = await queueMetrics(platform).collect();
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  it('is there for a queue that nobody has used', async () => {
    await registerQueues(test.database, ['composite']);
    expect(await queueFigures(test.database)).toEqual([
      {
        queue: 'composite',
        isPaused: false,
        queued: 0,
        isQueuedEstimated: false,
        delayed: 0,
        oldestSeconds: null,
        running: 0,
        workers: 0,
        engines: {},
        unverified: 0,
        successes: 0,
        failures: 0,
        successesLastDay: 0,
        failuresLastDay: 0,
      },
    ]);
  });

  it('is what waits, runs and has ended, queue by queue, in /metrics', async () => {
    await queue.asyncTasks(nothing, [{ args: {} }, { args: {} }, { args: {}, options: { delay: 3_600 } }]);
    await test.database.raw(
      `UPDATE pgboss.job SET created_on = now() - interval '90 seconds', start_after = now() - interval '90 seconds'
       WHERE id = (SELECT id FROM pgboss.job WHERE start_after <= now() LIMIT 1)`,
    );
    const engineId = await addEngine({ unverified: 4 });
    await addEngine({ queue: 'long', state: 'idle', worker_count: 5 });
    await addEngine({ heartbeat: new Date(Date.now() - 60_000) });
    await test.database('queue.leases').insert({ task_id: randomUUID(), engine_id: engineId, attempt: 1 });
    await test.database('queue.queues').insert({ name: 'long', paused_since: new Date() });
    await addCounts(1, 10, 1);
    await addCounts(30, 100, 2);

    const lines = await metrics();
    expect(lines).toEqual(
      expect.arrayContaining([
        'composite_handler_queue_up 1',
        'composite_handler_tasks_queued{queue="composite"} 3',
        'composite_handler_tasks_queued{queue="long"} 0',
        'composite_handler_tasks_delayed{queue="composite"} 1',
        'composite_handler_tasks_running{queue="composite"} 1',
        'composite_handler_queue_paused{queue="composite"} 0',
        'composite_handler_queue_paused{queue="long"} 1',
        'composite_handler_packages_unverified{queue="composite"} 4',
        'composite_handler_workers{queue="composite"} 2',
        'composite_handler_workers{queue="long"} 5',
        'composite_handler_engines{queue="composite",state="working"} 1',
        'composite_handler_engines{queue="composite",state="idle"} 0',
        'composite_handler_engines{queue="long",state="idle"} 1',
        'composite_handler_task_successes_total{queue="composite"} 110',
        'composite_handler_task_failures_total{queue="composite"} 3',
      ]),
    );
    const oldest = lines.find((line) =>
      line.startsWith('composite_handler_oldest_waiting_seconds{queue="composite"}'),
    );
    expect(Number(oldest?.split(' ')[1])).toBeGreaterThanOrEqual(90);
  });

  it('counts what Amazon SQS carries as well', async () => {
    const waiting = { queue: 'composite', carried: '{}', start_after: new Date(Date.now() - 60_000) };
    await test.database('queue.sqs_packages').insert([
      { ...waiting, id: randomUUID(), created: new Date(Date.now() - 60_000) },
      { ...waiting, id: randomUUID(), state: 'sent', start_after: new Date(Date.now() + 60_000) },
      { ...waiting, id: randomUUID(), state: 'held' },
    ]);
    const [figures] = await queueFigures(test.database);
    expect(figures).toMatchObject({ queued: 2, delayed: 1 });
    expect(figures?.oldestSeconds).toBeGreaterThanOrEqual(60);
  });

  it('says in /metrics that Postgres does not answer', async () => {
    const log = captureLog();
    await test.database.schema.withSchema('queue').dropTable('task_counts');
    const text = await queueMetrics({ ...platform, logger: log.logger }).collect();
    expect(text).toContain('composite_handler_queue_up 0');
    expect(text).not.toContain('tasks_queued');
    expect(log.events()).toMatchObject([
      { level: 'warn', msg: 'the figures of the queues could not be read for /metrics' },
    ]);
  });

  it('is a summary of the last day', async () => {
    await addEngine({ reincarnations: 3 });
    await addEngine({ queue: 'long', reincarnations: 1, worker_count: 4 });
    await addCounts(2, 7, 1);
    await addCounts(30, 500, 500);
    const now = Date.now();
    const finished = (success: boolean, secondsAgo: number, seconds: number, ran: number | null) => ({
      id: randomUUID(),
      name: 'a-name',
      func: 'test.nothing',
      args: '{}',
      cluster: 'composite',
      started: new Date(now - (secondsAgo + seconds) * 1_000),
      stopped: new Date(now - secondsAgo * 1_000),
      success,
      attempt_count: 1,
      waited_seconds: seconds - (ran ?? 0),
      ran_seconds: ran,
    });
    await test
      .database('queue.tasks')
      .insert([
        finished(true, 10, 2, 0.5),
        finished(true, 20, 4, 1.5),
        finished(true, 100_000, 999, 9),
        finished(false, 5, 77, null),
      ]);
    expect(await queueStatistics(test.database)).toEqual({
      queues: ['composite', 'long'],
      engines: 2,
      workers: 6,
      reincarnations: 4,
      queued: 0,
      running: 0,
      successes: 3,
      failures: 1,
      schedules: 0,
      tasksLastDay: 8,
      averageWaitedSeconds: 2,
      averageRanSeconds: 1,
      estimated: [],
    });
  });

  it('has how long attempts waited and ran, as histograms by queue and function', async () => {
    await registerQueues(test.database, ['composite']);
    const durations = new Durations();
    for (const seconds of [0.05, 2, 7_200]) durations.note('test.nothing', 'ran', seconds);
    durations.note('test.nothing', 'waited', 0.0005);
    await addDurations(test.database, 'composite', durations);
    await addDurations(test.database, 'composite', durations);
    await addDurations(test.database, 'a "long" one', durations);
    const lines = await metrics();
    const ran = 'composite_handler_task_ran_seconds';
    const labels = 'queue="composite",func="test.nothing"';
    expect(lines.filter((line) => line.startsWith(`${ran}_`) && line.includes(labels))).toEqual([
      `${ran}_bucket{${labels},le="0.001"} 0`,
      `${ran}_bucket{${labels},le="0.01"} 0`,
      `${ran}_bucket{${labels},le="0.1"} 2`,
      `${ran}_bucket{${labels},le="0.5"} 2`,
      `${ran}_bucket{${labels},le="1"} 2`,
      `${ran}_bucket{${labels},le="2.5"} 4`,
      `${ran}_bucket{${labels},le="5"} 4`,
      `${ran}_bucket{${labels},le="10"} 4`,
      `${ran}_bucket{${labels},le="30"} 4`,
      `${ran}_bucket{${labels},le="60"} 4`,
      `${ran}_bucket{${labels},le="300"} 4`,
      `${ran}_bucket{${labels},le="900"} 4`,
      `${ran}_bucket{${labels},le="3600"} 4`,
      `${ran}_bucket{${labels},le="+Inf"} 6`,
      `${ran}_sum{${labels}} ${2 * 7_202.05}`,
      `${ran}_count{${labels}} 6`,
    ]);
    expect(lines).toContain(
      String.raw`composite_handler_task_waited_seconds_count{queue="a \"long\" one",func="test.nothing"} 1`,
    );
  });

  it('is an estimate where there is much', async () => {
    await queue.ping();
    await test.database.raw(
      `INSERT INTO pgboss.job (name, data, created_on, start_after)
       SELECT 'composite', '{}', now() - interval '1 minute', now() - interval '1 minute' FROM generate_series(1, :many);
       INSERT INTO queue.tasks (id, name, func, args, cluster, started, stopped, success, attempt_count)
       SELECT gen_random_uuid(), 'a-name', 'test.nothing', '{}', 'composite', now(), now(), true, 1
       FROM generate_series(1, :many);`.replaceAll(':many', String(MANY)),
    );
    await test.database.raw('ANALYZE');
    const statistics = await queueStatistics(test.database);
    expect(statistics.estimated).toEqual(['queued', 'successes']);
    for (const figure of [statistics.queued, statistics.successes]) {
      expect(figure).toBeGreaterThan(MANY * 0.8);
      expect(figure).toBeLessThan(MANY * 1.2);
    }
    const [figures] = await queueFigures(test.database);
    expect(figures?.oldestSeconds).toBeGreaterThanOrEqual(60);
  });

  it('stays the same when the counts of days past are folded, by however many engines', async () => {
    await addCounts(1, 3, 1);
    for (const hoursAgo of [30, 40, 50]) await addCounts(hoursAgo, 10, 1);
    await addCounts(60, 5, 5, 'long');
    await addEngine({ queue: 'long' });
    const before = await queueFigures(test.database);
    await Promise.all([foldTaskCounts(test.database), foldTaskCounts(test.database)]);
    expect(await queueFigures(test.database)).toEqual(before);
    expect(await test.database('queue.task_counts').where({ queue: 'composite' })).toHaveLength(2);
    await addCounts(70, 100, 0);
    await foldTaskCounts(test.database);
    expect((await queueFigures(test.database))[0]).toMatchObject({
      successes: 133,
      failures: 4,
      successesLastDay: 3,
    });
    expect(await test.database('queue.task_counts').where({ queue: 'composite' })).toHaveLength(2);
  });
});
