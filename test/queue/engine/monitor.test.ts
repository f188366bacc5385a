import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import type { Broker } from '../../../src/queue/brokers/broker.ts';
import { createBroker } from '../../../src/queue/brokers/index.ts';
import type { EndedAttempt } from '../../../src/queue/engine/attempts.ts';
import { EngineRegistry } from '../../../src/queue/engine/engine-registry.ts';
import type { Monitor } from '../../../src/queue/engine/monitor.ts';
import { openMonitor } from '../../../src/queue/engine/open-monitor.ts';
import { type EngineSettings, engineSettingsOf, queueSettings } from '../../../src/queue/index.ts';
import { OnLostCaller } from '../../../src/queue/tasks/on-lost.ts';
import { PackageSigner, type TaskPackage } from '../../../src/queue/tasks/task-package.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readSettings } from '../../support/settings.ts';

describe('a monitor', () => {
  let test: TestDatabase;
  let platform: Platform;
  let broker: Broker;
  let registry: EngineRegistry;

  beforeEach(async () => {
    test = await createTestDatabase();
    platform = openTestPlatform(test.url);
    broker = createBroker(platform, 'composite');
    registry = new EngineRegistry(platform.database, engineSettings());
    await registry.register('idle');
  });
  afterEach(async () => {
    await broker.close();
    await platform.close();
    await test.drop();
  });

  function openTestPlatform(databaseUrl: string): Platform {
    const settings = { DATABASE_URL: databaseUrl, DJANGO_SECRET_KEY: 'a key for tests', LOG_LEVEL: 'silent' };
    return openPlatform(readSettings(settings), { processName: 'test', maximumConnections: 2 });
  }

  function engineSettings(of = platform): EngineSettings {
    return engineSettingsOf(of.settingsOf(queueSettings), 'composite');
  }

  function openTestMonitor(of = platform): Monitor {
    return openMonitor({
      platform: of,
      engineSettings: engineSettings(of),
      database: of.database,
      broker,
      registry: of === platform ? registry : new EngineRegistry(of.database, engineSettings(of)),
      signer: new PackageSigner('a key for tests'),
      onLostCaller: new OnLostCaller(of, new Map()),
      onStored: () => undefined,
      onRoom: () => undefined,
    });
  }

  function makeTask(): TaskPackage {
    const started = new Date().toISOString();
    return { id: randomUUID(), name: 'a task', func: 'test.none', args: {}, group: null, started };
  }

  async function enqueue(...tasks: TaskPackage[]): Promise<void> {
    const signer = new PackageSigner('a key for tests');
    await broker.enqueue(tasks.map((task) => ({ id: task.id, carried: signer.sign(task) })));
  }

  /** Takes what waits, as an engine does. */
  async function take(): Promise<void> {
    await broker.dequeue(10, registry.engineId);
  }

  function succeeded(task: TaskPackage, result: string): EndedAttempt {
    const { engineId } = registry;
    const outcome = { success: true, result } as const;
    return { engineId, task, attempt: 1, outcome, nextAttemptSeconds: undefined };
  }

  it('leaves the task alone that the engine has taken again since the attempt ended', async () => {
    const task = makeTask();
    await enqueue(task);
    await take();
    const first = succeeded(task, 'of the first attempt');
    // Others took the engine for dead, and gave back the task; it goes on as a new one, and takes it again.
    await platform.database('queue.engines').update({ state: 'lost' });
    const { engineId } = registry;
    await platform.database.transaction((transaction) =>
      broker.settle([{ id: task.id, attempt: 1, engineId, release: { delaySeconds: 0 } }], transaction),
    );
    await registry.register('idle');
    await take();
    const monitor = openTestMonitor();
    monitor.store({ ...first, outcome: { success: false, result: { error: 'killed' } } });
    monitor.store({ ...first, engineId: registry.engineId });
    await monitor.finish(10);
    expect(await platform.database('queue.leases').pluck('attempt')).toEqual([2]);
    monitor.store({ ...succeeded(task, 'of the second attempt'), attempt: 2 });
    expect(await monitor.finish(10)).toEqual([]);
    expect(await platform.database('queue.tasks').select('result', 'attempt_count')).toEqual([
      { result: 'of the second attempt', attempt_count: 2 },
    ]);
    expect(await broker.lockSize()).toBe(0);
  });

  it('stores the results beside one that Postgres refuses, and that one without what was refused', async () => {
    const tasks = [makeTask(), makeTask(), makeTask()];
    const [before = makeTask(), refused = makeTask(), after = makeTask()] = tasks;
    await enqueue(...tasks);
    await take();
    const monitor = openTestMonitor();
    monitor.store(succeeded(before, 'before'));
    monitor.store(succeeded(refused, 'half a character: \ud83d'));
    monitor.store(succeeded(after, 'after'));
    expect(await monitor.finish(10)).toEqual([]);
    const rows = await platform.database('queue.tasks').select('id', 'success', 'result');
    expect(rows).toHaveLength(3);
    expect(rows).toContainEqual({ id: before.id, success: true, result: 'before' });
    expect(rows).toContainEqual({ id: refused.id, success: true, result: null });
    expect(rows).toContainEqual({ id: after.id, success: true, result: 'after' });
    expect(await broker.lockSize()).toBe(0);
  });

  it('lets a task go whose row Postgres refuses as a whole', async () => {
    const task = { ...makeTask(), name: Array.from({ length: 500 }, () => randomUUID()).join() };
    await enqueue(task);
    await take();
    const monitor = openTestMonitor();
    monitor.store(succeeded(task, 'done'));
    expect(await monitor.finish(10)).toEqual([]);
    expect(await platform.database('queue.tasks')).toEqual([]);
    expect(await broker.lockSize()).toBe(0);
  });

  it('gives up where nothing can be stored for as long as it is given, and says whose results those are', async () => {
    const away = openTestPlatform('postgresql://nobody@127.0.0.1:1/none');
    const monitor = openTestMonitor(away);
    const task = makeTask();
    monitor.store(succeeded(task, 'done'));
    expect(await monitor.finish(0.1)).toEqual([task.id]);
    await away.close();
  });
});
