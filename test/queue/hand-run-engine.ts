import { createCacheTable } from '../../src/platform/cache/index.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import type { Broker } from '../../src/queue/brokers/broker.ts';
import { createBroker } from '../../src/queue/brokers/index.ts';
import { EngineRegistry } from '../../src/queue/engine/engine-registry.ts';
import type { Monitor } from '../../src/queue/engine/monitor.ts';
import { openMonitor } from '../../src/queue/engine/open-monitor.ts';
import {
  type EngineSettings,
  engineSettingsOf,
  openTaskQueue,
  queueSettings,
  type TaskQueue,
} from '../../src/queue/index.ts';
import { OnLostCaller } from '../../src/queue/tasks/on-lost.ts';
import { runTask } from '../../src/queue/tasks/run-task.ts';
import type { JsonValue, TaskOutcome } from '../../src/queue/tasks/task-function.ts';
import { TaskHandlers } from '../../src/queue/tasks/task-handlers.ts';
import { PackageSigner, type TaskPackage } from '../../src/queue/tasks/task-package.ts';
import { type CapturedLog, captureLog } from '../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readSettings } from '../support/settings.ts';
import { taskFunctions } from './engine/fixtures/task-functions.ts';

/** The queue of the tests. */
const QUEUE_NAME = 'composite';

/** A task that this engine holds. */
export interface HeldTask {
  readonly task: TaskPackage;
  readonly attempt: number;
  readonly engineId: string;
}

/** How long a failed task waits here; less than any test takes, so that it can be taken again at once. */
const RETRY_SECONDS = 0;

/**
 * The parts of an engine on a database of their own, moved by hand: a test decides when a task is taken and how it
 * ends, and nothing happens between.
 */
export class HandRunEngine {
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly broker: Broker;
  readonly log: CapturedLog;
  readonly #test: TestDatabase;
  readonly #engineSettings: EngineSettings;
  readonly #registry: EngineRegistry;
  readonly #signer = new PackageSigner('a key for tests');
  readonly #keepsSuccesses: boolean;

  private constructor(test: TestDatabase, environment: NodeJS.ProcessEnv, keepsSuccesses: boolean) {
    this.#test = test;
    this.#keepsSuccesses = keepsSuccesses;
    this.log = captureLog();
    const settings = readSettings({
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'a key for tests',
      LOG_LEVEL: 'silent',
      ...environment,
    });
    this.platform = {
      ...openPlatform(settings, { processName: 'test', maximumConnections: 5 }),
      logger: this.log.logger,
    };
    this.queue = openTaskQueue(this.platform);
    this.broker = createBroker(this.platform, QUEUE_NAME);
    this.#engineSettings = engineSettingsOf(settings.of(queueSettings), QUEUE_NAME);
    this.#registry = new EngineRegistry(this.platform.database, this.#engineSettings);
  }

  static async open(environment: NodeJS.ProcessEnv = {}, keepsSuccesses = true): Promise<HandRunEngine> {
    const test = await createTestDatabase();
    await createCacheTable(test.database, 'app_cache');
    const engine = new HandRunEngine(test, environment, keepsSuccesses);
    await engine.#registry.register('idle');
    return engine;
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.broker.close();
    await this.platform.close();
    await this.#test.drop();
  }

  /** Takes every task that waits. */
  async take(): Promise<HeldTask[]> {
    const { engineId } = this.#registry;
    const deliveries = await this.broker.dequeue(1_000, engineId);
    return deliveries.map(({ id, attempt, carried }) => ({
      task: this.#signer.verify(carried, id),
      attempt,
      engineId,
    }));
  }

  /** Ends tasks as they are told to; all in one transaction. A failure is presented again where `retries` is true. */
  async end(ended: readonly (readonly [HeldTask, TaskOutcome])[], retries = false): Promise<void> {
    const monitor = this.openMonitor();
    const takenMilliseconds = performance.now();
    for (const [{ task, attempt, engineId }, outcome] of ended) {
      const assignment = { task, attempt, engineId, takenMilliseconds, waitedSeconds: 0, timeoutSeconds: 60 };
      monitor.store({
        engineId,
        task,
        attempt,
        outcome,
        nextAttemptSeconds: retries && !outcome.success ? RETRY_SECONDS : undefined,
        history: {
          assignment,
          run: { begunMilliseconds: takenMilliseconds, milliseconds: 0, workerPid: process.pid },
        },
      });
    }
    const lost = await monitor.finish(10);
    if (lost.length > 0) throw new Error(`Not stored: ${lost}`);
  }

  /** Takes what waits, and has the functions run, again and again until nothing waits. Returns how many ran. */
  async work(): Promise<number> {
    const handlers = new TaskHandlers(taskFunctions);
    const context = { signal: new AbortController().signal, progress: () => undefined };
    let count = 0;
    for (let held = await this.take(); held.length > 0; held = await this.take()) {
      count += held.length;
      await this.end(
        await Promise.all(
          held.map(async (each) => [each, await runTask(this.platform, handlers, each, context)] as const),
        ),
      );
    }
    return count;
  }

  /** A monitor of its own, as each engine has one; functions are told of losses where they are given. */
  openMonitor(onLostCaller = new OnLostCaller(this.platform, new Map())): Monitor {
    const { queueName, cachedSeconds } = this.#engineSettings;
    return openMonitor({
      platform: this.platform,
      engineSettings: { queueName, cachedSeconds, saveLimit: this.#keepsSuccesses ? 0 : -1 },
      database: this.platform.database,
      broker: this.broker,
      registry: this.#registry,
      signer: this.#signer,
      onLostCaller,
      onStored: () => undefined,
      onRoom: () => undefined,
    });
  }
}

/** The outcome of a function that returned this. */
export function success(result: JsonValue): TaskOutcome {
  return { success: true, result };
}

/** The outcome of a function that threw. */
export const failure: TaskOutcome = { success: false, result: { error: 'Error: broken' } };
