import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive, type NodeProcess, startNodeProcess } from '../../support/node-process.ts';
import type { ReplyBody } from './reply-body.ts';

const DIST = new URL('../../../dist/', import.meta.url);

/** How long one refresh may take, however often something is killed meanwhile. */
const REFRESH_MILLISECONDS = 90_000;

/** Options of {@link IngestionSite.start}. */
export interface SiteOptions {
  /** The Postgres in which the databases are made. Default: that of the whole run. */
  readonly serverUrl?: string;
  /** How long that Postgres may be silent to what a test asks itself. Default: 5, for tests that kill it. */
  readonly silenceTimeoutSeconds?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The compiled server and an engine as processes of their own, with three databases. */
export class IngestionSite {
  /** Where the app's own tables are. */
  readonly own: TestDatabase;
  /** Where the live tables are; empty at first. */
  readonly api: TestDatabase;
  /** Where tables are copied from; empty at first. */
  readonly upstream: TestDatabase;
  readonly environment: NodeJS.ProcessEnv;
  engine: NodeProcess;
  server: NodeProcess;
  #url = '';

  private constructor(
    databases: { own: TestDatabase; api: TestDatabase; upstream: TestDatabase },
    environment: NodeJS.ProcessEnv,
  ) {
    this.own = databases.own;
    this.api = databases.api;
    this.upstream = databases.upstream;
    this.environment = {
      INSTALLED_APPS: 'ingestion',
      DATABASE_URL: this.own.url,
      INGESTION_DATABASE_URL: this.api.url,
      UPSTREAM_DATABASE_URL: this.upstream.url,
      INGESTION_CALLBACK_NETWORKS: 'loopback',
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      ENGINE_WORKER_COUNT: '2',
      GUNICORN_WORKERS: '1',
      PORT: '0',
      LOG_LEVEL: 'info',
      ...environment,
    };
    this.server = this.#run('server.js');
    this.engine = this.#run('engine.js');
  }

  static async start({
    serverUrl,
    silenceTimeoutSeconds = 5,
    environment = {},
  }: SiteOptions = {}): Promise<IngestionSite> {
    const server = serverUrl === undefined ? {} : { serverUrl, silenceTimeoutSeconds };
    const own = await createTestDatabase(server);
    const api = await createTestDatabase({ ...server, migrated: false });
    const upstream = await createTestDatabase({ ...server, migrated: false });
    const site = new IngestionSite({ own, api, upstream }, environment);
    await site.#wait();
    return site;
  }

  /** Stops the processes, and drops the databases. */
  async stop(): Promise<void> {
    for (const process of [this.server, this.engine]) process.kill('SIGTERM');
    await Promise.all([this.server.ended, this.engine.ended]);
    await Promise.all([this.own.drop(), this.api.drop(), this.upstream.drop()]);
  }

  /** Kills all workers of the engine, which starts others. */
  killWorkers(): void {
    for (const pid of childrenOf(this.engine.pid)) kill(pid);
  }

  /** Kills the engine with its workers, and starts another. */
  async killEngine(): Promise<void> {
    const pids = [this.engine.pid, ...childrenOf(this.engine.pid)];
    for (const pid of pids) kill(pid);
    await this.engine.ended;
    // As if the time had passed after which others take it for dead.
    await this.own
      .database('queue.engines')
      .whereNotIn('state', ['stopped', 'lost'])
      .update({ heartbeat: this.own.database.raw(`clock_timestamp() - interval '1 minute'`) });
    this.engine = this.#run('engine.js');
    await this.#wait();
  }

  /** Kills the server, and starts another. */
  async killServer(): Promise<void> {
    const pids = [this.server.pid, ...childrenOf(this.server.pid)];
    for (const pid of pids) kill(pid);
    await this.server.ended;
    this.server = this.#run('server.js');
    await this.#wait();
  }

  /** Starts processes again that have ended by themselves, as what keeps them alive would. */
  async reviveProcesses(): Promise<void> {
    if (!isAlive(this.engine.pid)) this.engine = this.#run('engine.js');
    if (!isAlive(this.server.pid)) this.server = this.#run('server.js');
    await this.#wait();
  }

  /** Sends a request to a path below `/ingestion`. */
  async send(method: string, path: string, body?: object): Promise<{ status: number; body: ReplyBody }> {
    const response = await fetch(`${this.#url}/ingestion${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  /** Requests a task that has to be accepted; returns its id. */
  async post(request: object): Promise<string> {
    const { status, body } = await this.send('POST', '/task', request);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return String(body.task_id);
  }

  /** Waits until a task has ended; returns it. */
  waitForEnd(id: string): Promise<ReplyBody> {
    return eventually(
      async () => {
        const { body } = await this.send('GET', `/task/${id}`);
        return body.active === false ? body : undefined;
      },
      REFRESH_MILLISECONDS,
      50,
    );
  }

  /** Has something done that has to succeed; returns the task. */
  async perform(request: object) {
    const task = await this.waitForEnd(await this.post(request));
    if (task.state !== 'done' && task.state !== 'ready') throw new Error(JSON.stringify(task));
    return task;
  }

  #run(module: string): NodeProcess {
    return startNodeProcess(new URL(module, DIST), this.environment);
  }

  async #wait(): Promise<void> {
    const { port } = await this.server.waitForLine(({ msg }) => msg === 'listening');
    this.#url = `http://127.0.0.1:${port}`;
    await this.engine.waitForLine(({ msg }) => msg === 'engine started');
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** It may have ended meanwhile. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
