import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformSettings } from '../../src/platform/settings.ts';
import {
  AsyncTask,
  Chain,
  chainLink,
  type FinishedTask,
  findSchedule,
  Iter,
  liveEngines,
  openTaskQueue,
  type QueuedTask,
  queueSettings,
  type ScheduleOptions,
  schedule,
  signals,
  type TaskOptions,
} from '../../src/queue/index.ts';
import { readSettings } from '../support/settings.ts';
import { add, hook, noteSlot } from './engine/fixtures/task-functions.ts';
import { HandRunEngine } from './hand-run-engine.ts';

interface Row {
  /** What Django-Q calls it, and what stands for it here; `none` where nothing does. */
  readonly theirs: string;
  readonly ours: string;
  readonly remark: string;
}

/** The rows of each table below the headings of the third level, by those headings. */
function readTables(): Map<string, Row[]> {
  const text = readFileSync(new URL('../../docs/queue.md', import.meta.url), 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith('Coming from Django-Q\n')) ?? '';
  return new Map(
    section
      .split(/^### /m)
      .slice(1)
      .map((table) => {
        const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|(.*)\|$/gm)].slice(1);
        return [
          table.slice(0, table.indexOf('\n')),
          rows.map(([, theirs = '', ours = '', remark = '']) => ({
            theirs,
            ours: ours.replaceAll('`', ''),
            remark: remark.trim(),
          })),
        ];
      }),
  );
}

const tables = readTables();

/** What stands for something, each once. */
function counterparts(table: string): string[] {
  const rows = tables.get(table) ?? [];
  return [...new Set(rows.map(({ ours }) => ours).filter((ours) => ours !== 'none'))];
}

const sum = { left: 1, right: 2 };

describe('the tables for those who come from Django-Q', () => {
  it('have every name of Django-Q 2', () => {
    const names = [...tables.values()]
      .flat()
      .flatMap(({ theirs }) => [...theirs.matchAll(/`([^`]+)`/g)])
      .map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(DJANGO_Q_NAMES));
  });

  it('say why, where nothing stands for one', () => {
    const silent = [...tables.values()].flat().filter(({ ours, remark }) => ours === 'none' && remark === '');
    expect(silent).toEqual([]);
  });
});

/** From the documentation of Django-Q 2. */
const DJANGO_Q_NAMES = [
  'async_task schedule async_chain async_iter result fetch result_group fetch_group count_group delete_group',
  'delete_cached result_cached fetch_cached result_group_cached fetch_group_cached count_group_cached',
  'delete_group_cached queue_size AsyncTask Chain Iter Stat.get_all Stat.get get_broker',
  'task_name group hook timeout ack_failure save cached sync cluster broker q_options',
  'name schedule_type minutes repeats next_run cron intended_date_kwarg',
  'id func args kwargs started stopped success attempt_count time_taken',
  'workers daemonize_workers recycle max_rss ack_failures max_attempts retry compress save_limit save_limit_per',
  'guard_cycle queue_limit label catch_up redis django_redis iron_mq sqs orm mongo mongo_db broker_class bulk poll',
  'cache scheduler error_reporter cpu_affinity time_zone has_replica ALT_CLUSTERS log_level cluster_name',
  'pre_enqueue post_spawn pre_execute post_execute_in_worker post_execute',
  'qcluster qmonitor qinfo qmemory',
  'enqueue dequeue acknowledge fail delete purge_queue delete_queue lock_size ping info set_stat get_stat get_stats',
  'Success Failure OrmQ Schedule',
].flatMap((line) => line.split(' '));

describe('what stands for', () => {
  let engine: HandRunEngine;
  beforeAll(async () => {
    engine = await HandRunEngine.open({ CACHE_URL: 'dbcache://app_cache' });
  });
  afterAll(() => engine.close());

  /** Each function is called as its name says, and what it answers is looked at. */
  const FUNCTIONS: Readonly<Record<string, () => Promise<unknown>>> = {
    'queue.asyncTask': async () => {
      const id = await engine.queue.asyncTask(add, sum);
      await engine.work();
      expect(await engine.queue.result(id)).toBe(3);
    },
    schedule: async () => {
      const id = await schedule(engine.platform, add, sum, { scheduleType: 'daily' });
      expect(await findSchedule(engine.platform.database, id)).toMatchObject({ func: 'test.add' });
    },
    'queue.asyncChain': async () => {
      const group = await engine.queue.asyncChain([chainLink(add, sum), chainLink(add, sum)]);
      await engine.work();
      expect(await engine.queue.resultGroup(group)).toEqual([3, 3]);
    },
    'queue.asyncIter': async () => {
      const id = await engine.queue.asyncIter(add, [sum, sum]);
      await engine.work();
      expect(await engine.queue.result(id)).toEqual([3, 3]);
    },
    'queue.result': async () => expect(await engine.queue.result(await finished(), { wait: 10 })).toBe(3),
    'queue.fetch': async () => {
      const id = await finished({ cached: true });
      expect(await engine.queue.fetch(id, { cached: true })).toMatchObject({ id, result: 3 });
    },
    'queue.resultGroup': async () => {
      await finished({ group: 'results' });
      expect(await engine.queue.resultGroup('results', { count: 1, wait: 10 })).toEqual([3]);
    },
    'queue.fetchGroup': async () => {
      await finished({ group: 'tasks' });
      expect(await engine.queue.fetchGroup('tasks', { cached: true })).toMatchObject([{ group: 'tasks' }]);
    },
    'queue.countGroup': async () => {
      await finished({ group: 'counted' });
      expect(await engine.queue.countGroup('counted', { cached: true })).toBe(1);
      expect(await engine.queue.countGroup('counted', { failures: true })).toBe(0);
    },
    'queue.deleteGroup': async () => {
      await finished({ group: 'deleted' });
      expect(await engine.queue.deleteGroup('deleted', { tasks: true, cached: true })).toBe(1);
    },
    'queue.deleteCached': async () => {
      const id = await finished({ cached: true });
      expect(await engine.queue.deleteCached(id)).toBe(true);
    },
    'queue.queueSize': async () => expect(await engine.queue.queueSize()).toBe(0),
    'new AsyncTask': async () => expect(new AsyncTask(engine.queue, add, sum).started).toBe(false),
    'asyncTask.run': async () => {
      const task = asyncTask();
      expect(await task.run()).toBe(task.id);
    },
    'asyncTask.result': async () => expect(await (await asyncTaskRun()).result()).toBe(3),
    'asyncTask.fetch': async () => expect(await (await asyncTaskRun()).fetch()).toMatchObject({ result: 3 }),
    'asyncTask.resultGroup': async () => {
      const task = await asyncTaskRun(randomUUID());
      expect(await task.resultGroup()).toEqual([3]);
    },
    'asyncTask.fetchGroup': async () => {
      const task = await asyncTaskRun(randomUUID());
      expect(await task.fetchGroup()).toMatchObject([{ result: 3 }]);
    },
    'asyncTask.id': async () => expect([asyncTask().id, asyncTask().started]).toEqual([undefined, false]),
    'asyncTask.args': async () => {
      const task = asyncTask();
      task.args = { left: 20, right: 30 };
      await task.run();
      expect(await task.result()).toBe(50);
    },
    'asyncTask.options': async () => {
      const task = asyncTask();
      Object.assign(task, { group: 'g', hook, save: true, cached: 5, sync: true });
      expect(task.options).toEqual({ group: 'g', hook, save: true, cached: 5, sync: true });
    },
    'new Chain': async () => expect(new Chain(engine.queue, [chainLink(add, sum)]).length).toBe(1),
    'chain.append': async () => expect(new Chain(engine.queue).append(add, sum)).toBe(1),
    'chain.run': async () => {
      const chain = await chainRun();
      expect(chain.group).toMatch(/^[\da-f-]{36}$/);
    },
    'chain.result': async () => expect(await (await chainRun()).result()).toEqual([3, 3]),
    'chain.fetch': async () => expect(await (await chainRun()).fetch()).toHaveLength(2),
    'chain.current': async () => expect(await (await chainRun()).current()).toBe(2),
    'chain.length': async () => expect((await chainRun()).length).toBe(2),
    'new Iter': async () => expect(new Iter(engine.queue, add, [sum]).length).toBe(1),
    'iter.append': async () => expect(new Iter(engine.queue, add).append(sum)).toBe(1),
    'iter.run': async () => expect((await iterRun()).id).toMatch(/^[\da-f-]{36}$/),
    'iter.result': async () => expect(await (await iterRun()).result()).toEqual([3, 3]),
    'iter.fetch': async () => expect(await (await iterRun()).fetch()).toMatchObject({ result: [3, 3] }),
    'iter.length': async () => expect((await iterRun()).length).toBe(2),
    liveEngines: async () => expect(await liveEngines(engine.platform.database)).toHaveLength(1),
    openTaskQueue: async () => {
      const queue = openTaskQueue(engine.platform, 'another');
      await queue.ping();
      await queue.close();
    },
  };

  /** A task that has been run by an engine; its id. */
  async function finished(options: TaskOptions = {}): Promise<string> {
    const id = await engine.queue.asyncTask(add, sum, options);
    await engine.work();
    return id;
  }

  function asyncTask(group?: string) {
    return new AsyncTask(engine.queue, add, sum, { sync: true, ...(group === undefined ? {} : { group }) });
  }

  async function asyncTaskRun(group?: string) {
    const task = asyncTask(group);
    await task.run();
    return task;
  }

  async function chainRun(): Promise<Chain> {
    const chain = new Chain(engine.queue, [chainLink(add, sum), chainLink(add, sum)], { sync: true });
    await chain.run();
    return chain;
  }

  async function iterRun() {
    const iter = new Iter(engine.queue, add, [sum, sum], { sync: true });
    await iter.run();
    return iter;
  }

  it.each(counterparts('Functions'))('a function, %s, can be called', async (name) => {
    const call = FUNCTIONS[name];
    if (!call) throw new Error(`No test calls ${name}`);
    await call();
  });

  /** A value for each option, and where that shows in the task that waits. */
  const TASK_OPTIONS: Readonly<Record<string, [options: TaskOptions, shown: Partial<QueuedTask>]>> = {
    taskName: [{ taskName: 'mine' }, { name: 'mine' }],
    group: [{ group: 'g' }, { group: 'g' }],
    hook: [{ hook }, { options: { hook: 'test.hook' } }],
    timeout: [{ timeout: 5 }, { options: { timeoutSeconds: 5 } }],
    ackFailure: [{ ackFailure: true }, { options: { ackFailure: true } }],
    save: [{ save: false }, { options: { save: false } }],
    cached: [{ cached: 60 }, { options: { cached: 60 } }],
    cluster: [{ cluster: 'elsewhere' }, { state: 'queued' }],
  };

  it.each(counterparts('Options of a task'))('an option of a task, %s, is heeded', async (name) => {
    if (name === 'sync') {
      expect(await engine.queue.result(await engine.queue.asyncTask(add, sum, { sync: true }))).toBe(3);
      return;
    }
    const [options, shown] = TASK_OPTIONS[name] ?? [];
    if (!options) throw new Error(`No test gives the option ${name}`);
    const id = await engine.queue.asyncTask(add, sum, options);
    const queue = openTaskQueue(engine.platform, options.cluster);
    const page = { limit: 1, offset: 0, ids: [id] };
    expect(await queue.queuedTasks(page)).toMatchObject([{ id, ...shown }]);
    await queue.deleteQueuedTasks([id]);
    await queue.close();
  });

  const TOMORROW = new Date(Date.now() + 86_400_000);
  const SCHEDULE_OPTIONS: Readonly<Record<string, [options: ScheduleOptions<'slot'>, shown: object]>> = {
    name: [{ name: 'evening' }, { name: 'evening' }],
    hook: [{ hook }, { hook: 'test.hook' }],
    scheduleType: [{ scheduleType: 'weekly' }, { scheduleType: 'weekly' }],
    minutes: [{ scheduleType: 'minutes', minutes: 7 }, { minutes: 7 }],
    repeats: [{ scheduleType: 'daily', repeats: 3 }, { repeats: 3 }],
    nextRun: [{ nextRun: TOMORROW }, { nextRun: TOMORROW }],
    cron: [{ scheduleType: 'cron', cron: '0 22 * * 1-5' }, { cron: '0 22 * * 1-5' }],
    cluster: [{ cluster: 'elsewhere' }, { cluster: 'elsewhere' }],
    intendedDateKwarg: [{ intendedDateKwarg: 'slot' }, { intendedDateKwarg: 'slot' }],
    qOptions: [{ qOptions: { timeout: 5 } }, { taskOptions: { timeoutSeconds: 5 } }],
  };

  it.each(counterparts('Options of a schedule'))('an option of a schedule, %s, is heeded', async (name) => {
    const [options, shown] = SCHEDULE_OPTIONS[name] ?? [];
    if (!options) throw new Error(`No test gives the option ${name}`);
    const id = await schedule(engine.platform, noteSlot, { journal: '' }, options);
    expect(await findSchedule(engine.platform.database, id)).toMatchObject(shown ?? {});
  });

  it('the fields of a finished task are there', async () => {
    const task: FinishedTask | undefined = await engine.queue.fetch(await finished());
    expect(Object.keys(task ?? {})).toEqual(
      expect.arrayContaining(counterparts('Fields of a finished task')),
    );
  });

  const REQUIRED = { DATABASE_URL: 'postgresql://host/name', DJANGO_SECRET_KEY: 'a key for tests' };
  const SETTINGS: Readonly<Record<string, string>> = {
    Q_CLUSTER_NAME: 'long',
    ENGINE_WORKER_COUNT: '7',
    ENGINE_WORKER_TIMEOUT: '7',
    ENGINE_WORKER_RETRY: '7000',
    ENGINE_WORKER_MAX_ATTEMPTS: '7',
    Q_CLUSTER_ACK_FAILURES: 'True',
    Q_CLUSTER_RECYCLE: '7',
    Q_CLUSTER_MAX_RSS: '7',
    Q_CLUSTER_QUEUE_LIMIT: '7',
    Q_CLUSTER_BULK: '7',
    Q_CLUSTER_POLL: '7',
    Q_CLUSTER_SAVE_LIMIT: '7',
    Q_CLUSTER_SAVE_LIMIT_PER: 'func',
    Q_CLUSTER_CACHED: '7',
    Q_CLUSTER_SCHEDULER: 'False',
    Q_CLUSTER_CATCH_UP: 'False',
    Q_CLUSTER_TIME_ZONE: 'Europe/Zurich',
    Q_CLUSTER_ALT_CLUSTERS: '{"long": {"workers": 7}}',
    CACHE_URL: 'locmemcache://',
    LOG_LEVEL: 'debug',
    SENTRY_DSN: 'https://key@sentry.example.org/1',
    SQS_BROKER_QUEUE_NAME: 'tasks',
    DATABASE_URL: 'postgresql://host/another',
  };

  it.each(counterparts('Settings'))('a setting, %s, is read', (name) => {
    const value = SETTINGS[name];
    if (value === undefined) throw new Error(`No test sets ${name}`);
    const read = (environment: NodeJS.ProcessEnv) => {
      const settings = readSettings(environment);
      return [settings.of(platformSettings), settings.of(queueSettings)];
    };
    expect(read({ ...REQUIRED, [name]: value })).not.toEqual(read(REQUIRED));
  });

  it.each(counterparts('Signals'))('a signal, %s, tells its handler', async (name) => {
    const signal = Object.values(signals).find((each) => `signals.${each.name}` === name);
    if (!signal) throw new Error(`There is no ${name}`);
    let calls = 0;
    const handler = () => {
      calls += 1;
    };
    signal.connect(handler);
    // Each is sent where the work is done; the engine's own tests look at that.
    await Reflect.apply(signal.send, signal, [{ logger: engine.platform.logger }]);
    expect(signal.disconnect(handler)).toBe(true);
    expect(calls).toBe(1);
  });

  it.each(counterparts('Commands'))('a command, %s, can be run', async (command) => {
    const [, name = '', ...options] = command.split(' ');
    const manage = fileURLToPath(new URL('../../src/manage.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [manage, name, '--help']);
    expect(stdout).toContain(`Usage: manage ${name}`);
    for (const option of options) expect(stdout).toContain(option);
  });

  it.each(counterparts('Methods of a broker'))('a method of a broker, %s, is there', (name) => {
    const method = name.replace('broker.', '');
    expect(Reflect.get(engine.broker, method)).toEqual(expect.any(Function));
  });

  it('what the admin of Django-Q shows is there', async () => {
    for (const name of counterparts('Admin and tables')) {
      if (name === 'queue.resubmitTasks')
        expect(await engine.queue.resubmitTasks([randomUUID()])).toEqual([]);
      else await engine.platform.database(name).first();
    }
  });
});
