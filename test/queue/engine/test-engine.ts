import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { openTaskQueue, type TaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type LogLine, type NodeProcess, startNodeProcess } from '../../support/node-process.ts';
import { readSettings } from '../../support/settings.ts';

/** A finished task, as the table has it. */
export interface TaskRow {
  readonly id: string;
  readonly func: string;
  readonly args: unknown;
  readonly result: unknown;
  readonly success: boolean;
  readonly attempt_count: number;
  readonly cancelled: boolean;
}

/** Whether an engine says in this line that it cannot verify a package. */
export function isLeft({ msg }: LogLine): boolean {
  return msg === 'package left in the queue';
}

/** A queue in a database of its own, and real engines on it. */
export class QueueUnderTest {
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly #database: TestDatabase;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** Every engine that was started, oldest first. */
  readonly engines: NodeProcess[] = [];

  private constructor(database: TestDatabase, directory: string, environment: NodeJS.ProcessEnv) {
    this.#database = database;
    this.#directory = directory;
    this.#environment = {
      DATABASE_URL: database.url,
      DJANGO_SECRET_KEY: 'a key for tests',
      LOG_LEVEL: 'info',
      ...environment,
    };
    this.platform = openPlatform(readSettings({ ...this.#environment, LOG_LEVEL: 'silent' }), {
      processName: 'test',
      maximumConnections: 5,
    });
    this.queue = openTaskQueue(this.platform);
  }

  /** @param environment of every engine, and of this process's queue. */
  static async open(serverUrl?: string, environment: NodeJS.ProcessEnv = {}): Promise<QueueUnderTest> {
    const database = await createTestDatabase(serverUrl === undefined ? {} : { serverUrl });
    return new QueueUnderTest(database, await mkdtemp(join(tmpdir(), 'queue-test-')), environment);
  }

  /** Kills what still runs, and removes everything. */
  async close(): Promise<void> {
    for (const engine of this.engines) engine.kill('SIGKILL');
    await Promise.all(this.engines.map(({ ended }) => ended));
    await this.queue.close();
    await this.platform.close();
    await this.#database.drop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Starts an engine, and waits until it takes tasks. */
  async startEngine(
    environment: NodeJS.ProcessEnv = {},
    module = new URL('./fixtures/engine.ts', import.meta.url),
    args: readonly string[] = [],
  ): Promise<NodeProcess> {
    const engine = this.#launchEngine(environment, module, args);
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    return engine;
  }

  /** Likewise, for one that logs nothing when it starts: waits until it says in its table that it is there. */
  async startQuietEngine(environment: NodeJS.ProcessEnv, module: URL): Promise<NodeProcess> {
    const engine = this.#launchEngine({ LOG_LEVEL: 'warn', ...environment }, module);
    await eventually(() =>
      this.platform.database('queue.engines').where({ pid: engine.pid, state: 'idle' }).first('id'),
    );
    return engine;
  }

  #launchEngine(environment: NodeJS.ProcessEnv, module: URL, args: readonly string[] = []): NodeProcess {
    const engine = startNodeProcess(
      module,
      { ...this.#environment, ENGINE_WORKER_COUNT: '1', ...environment },
      args,
    );
    this.engines.push(engine);
    return engine;
  }

  /** Where a function writes down what happens to it. */
  journal(name = 'journal'): string {
    return join(this.#directory, name);
  }

  /** What is written down so far. */
  events(name = 'journal'): string[] {
    try {
      return readFileSync(this.journal(name), 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  }

  /** Resolves with the first event that starts so. */
  waitForEvent(start: string): Promise<string> {
    return eventually(() => this.events().find((event) => event.startsWith(start)));
  }

  /** Lets the function `wait` with this label end. */
  async letGo(label: string): Promise<void> {
    await writeFile(`${this.journal()}.${label}.go`, '');
  }

  /** Resolves with a task's row as soon as there is one that fits. */
  finished(
    id: string,
    fits: (row: TaskRow) => boolean = () => true,
    deadlineMilliseconds?: number,
  ): Promise<TaskRow> {
    return eventually(async () => {
      const row = await this.platform.database<TaskRow>('queue.tasks').where({ id }).first();
      return row && fits(row) ? row : undefined;
    }, deadlineMilliseconds);
  }
}
