import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import type { Broker } from '../../../src/queue/brokers/broker.ts';
import { createBroker } from '../../../src/queue/brokers/index.ts';
import { Scheduler } from '../../../src/queue/engine/scheduler.ts';
import { enqueueTasks } from '../../../src/queue/enqueueing/enqueueing.ts';
import type { EnqueueTasks } from '../../../src/queue/schedules/due-slots.ts';
import { ScheduleSigner } from '../../../src/queue/schedules/schedule-signer.ts';
import { findSchedule, type StoredSchedule } from '../../../src/queue/schedules/stored-schedule.ts';
import { PackageSigner, type TaskPackage } from '../../../src/queue/tasks/task-package.ts';
import { type CapturedLog, captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readSettings } from '../../support/settings.ts';

/** Schedules in a database of their own, and schedulers that enqueue their tasks, which nobody runs. */
export class SchedulesUnderTest {
  readonly platform: Platform;
  readonly log: CapturedLog = captureLog();
  readonly #database: TestDatabase;
  readonly #broker: Broker;
  readonly #schedulers: Scheduler[] = [];
  readonly #platforms: Platform[] = [];

  private constructor(database: TestDatabase) {
    this.#database = database;
    this.platform = this.#openPlatform();
    this.#broker = createBroker(this.platform, 'composite');
  }

  static async open(): Promise<SchedulesUnderTest> {
    return new SchedulesUnderTest(await createTestDatabase());
  }

  async close(): Promise<void> {
    await Promise.all(this.#schedulers.map((scheduler) => scheduler.stop()));
    await this.#broker.close();
    await Promise.all(this.#platforms.map((platform) => platform.close()));
    await this.#database.drop();
  }

  /** Sends tasks to the queue, as an engine does. */
  readonly enqueue: EnqueueTasks = (tasks, transaction) => {
    const { logger, settings } = this.platform;
    const signer = new PackageSigner(settings.secretKey);
    return enqueueTasks({ broker: this.#broker, queueName: 'composite', signer, logger }, tasks, transaction);
  };

  /** Starts a scheduler with connections of its own, as each engine has. */
  startScheduler({
    enqueue = this.enqueue,
    catchUp = true,
    environment = {},
  }: {
    enqueue?: EnqueueTasks;
    catchUp?: boolean;
    environment?: NodeJS.ProcessEnv;
  } = {}): Scheduler {
    const platform = this.#openPlatform(environment);
    const { database } = platform;
    const signer = new ScheduleSigner(platform);
    const { logger } = this.log;
    const scheduler = new Scheduler({
      database,
      queueName: 'composite',
      enqueue,
      signer,
      catchUp,
      logger,
    });
    this.#schedulers.push(scheduler);
    scheduler.start();
    return scheduler;
  }

  /** The schedule as it is now. */
  async stored(id: string): Promise<StoredSchedule> {
    const found = await findSchedule(this.platform.database, id);
    if (!found) throw new Error(`There is no schedule ${id}`);
    return found;
  }

  /** Makes it so that a schedule was due so long ago, and has been waiting since. */
  async delay(id: string, seconds: number): Promise<Date> {
    await this.platform.database.raw(
      `UPDATE queue.schedules SET first_run = first_run - :seconds * interval '1 second',
         next_run = next_run - :seconds * interval '1 second' WHERE id = :id`,
      { id, seconds },
    );
    return (await this.stored(id)).nextRun;
  }

  /** What was enqueued so far, oldest first. */
  async tasks(): Promise<TaskPackage[]> {
    const { rows } = await this.platform.database.raw<{ rows: { id: string; data: unknown }[] }>(
      `SELECT id, data FROM pgboss.job ORDER BY created_on, data #>> '{task,args,slot}'`,
    );
    const signer = new PackageSigner(this.platform.settings.secretKey);
    return rows.map(({ id, data }) => signer.verify(data, id));
  }

  #openPlatform(environment: NodeJS.ProcessEnv = {}): Platform {
    const platform = openPlatform(
      readSettings({
        DATABASE_URL: this.#database.url,
        DJANGO_SECRET_KEY: 'a key for tests',
        LOG_LEVEL: 'silent',
        Q_CLUSTER_TIME_ZONE: 'Europe/Zurich',
        ...environment,
      }),
      { processName: 'test', maximumConnections: 2 },
    );
    this.#platforms.push(platform);
    return platform;
  }
}
