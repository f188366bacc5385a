import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppContext } from '../../src/app-kit/app-context.ts';
import { type LocalServer, listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { readInstallation } from '../../src/installation.ts';
import { openPlatform } from '../../src/platform/platform.ts';
import { openTaskQueue, type TaskQueue } from '../../src/queue/index.ts';
import { type SandboxObjectStorage, startSandboxObjectStorage } from '../../src/standalone/object-storage.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../support/node-process.ts';

/** A member, as the API answers it. */
export interface MemberAnswer {
  readonly id: string;
  readonly status: string;
  readonly created: string;
  readonly last_updated: string;
  readonly image_count?: number;
  readonly error?: string;
  readonly dlcs_uris?: readonly string[];
  readonly progress?: { readonly pages_done: number; readonly pages_total: number };
}

/** A collection, as the API answers it. */
export interface CollectionAnswer {
  readonly id: string;
  readonly members: readonly MemberAnswer[];
}

const DIST = new URL('../../dist/', import.meta.url);

/** The compiled server and engines as processes of their own, with stand-ins for what lies around them. */
export class ServiceUnderTest {
  readonly dlcs: SandboxDlcs;
  readonly objectStorage: SandboxObjectStorage;
  readonly database: TestDatabase;
  /** What the origin answers by path; anything else is 404. */
  readonly originFiles = new Map<string, Buffer>();
  readonly #origin: LocalServer;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #processes: NodeProcess[] = [];
  readonly #opened: AppContext[] = [];
  #url = '';
  #serverPid = 0;

  private constructor(parts: {
    dlcs: SandboxDlcs;
    objectStorage: SandboxObjectStorage;
    database: TestDatabase;
    directory: string;
    origin: LocalServer;
    originFiles: Map<string, Buffer>;
    environment: NodeJS.ProcessEnv;
  }) {
    this.dlcs = parts.dlcs;
    this.objectStorage = parts.objectStorage;
    this.database = parts.database;
    this.originFiles = parts.originFiles;
    this.#directory = parts.directory;
    this.#origin = parts.origin;
    this.#environment = {
      DJANGO_SECRET_KEY: 'a key for the whole service in tests',
      DATABASE_URL: this.database.url,
      DLCS_API_ROOT: this.dlcs.url,
      ORIGIN_ALLOWED_NETWORKS: 'loopback',
      SCRATCH_DIRECTORY: join(parts.directory, 'scratch'),
      PDF_RASTERIZER_THREAD_COUNT: '2',
      ENGINE_WORKER_COUNT: '2',
      GUNICORN_WORKERS: '2',
      PORT: '0',
      ...this.objectStorage.environment,
      ...parts.environment,
    };
  }

  /** Starts the stand-ins and the server; engines are started by the test. */
  static async start(environment: NodeJS.ProcessEnv = {}): Promise<ServiceUnderTest> {
    const directory = await mkdtemp(join(tmpdir(), 'service-test-'));
    const originFiles = new Map<string, Buffer>();
    const [dlcs, objectStorage, database, origin] = await Promise.all([
      startSandboxDlcs(),
      startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: ['dlcs-composite-images'] }),
      createTestDatabase(),
      listenLocally((request, response) => {
        const file = originFiles.get(request.url ?? '');
        if (file) response.writeHead(200, { 'Content-Type': 'application/pdf' }).end(file);
        else response.writeHead(404).end('no such file');
      }),
    ]);
    const service = new ServiceUnderTest({
      dlcs,
      objectStorage,
      database,
      directory,
      origin,
      originFiles,
      environment,
    });
    const server = service.#run('server.js');
    service.#serverPid = server.pid;
    const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
    service.#url = `http://127.0.0.1:${port}`;
    return service;
  }

  /** Where the server listens. */
  get url(): string {
    return this.#url;
  }

  /** Sends a signal to all processes of the server: SIGSTOP freezes it, and SIGCONT lets it go on. */
  async signalServer(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const pid = this.#serverPid;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const each of [pid, ...children.trim().split(' ').map(Number)]) process.kill(each, signal);
  }

  /** Starts an engine, and waits until it takes tasks. */
  async startEngine(environment: NodeJS.ProcessEnv = {}): Promise<NodeProcess> {
    const engine = this.#run('engine.js', environment);
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    return engine;
  }

  /** Stops everything, with SIGTERM; answers how each process ended. */
  async stop(): Promise<(number | NodeJS.Signals)[]> {
    for (const process of this.#processes) process.kill('SIGTERM');
    const ends = await Promise.all(this.#processes.map(({ ended }) => ended));
    for (const { queue, platform } of this.#opened) {
      await queue.close();
      await platform.close();
    }
    await Promise.all([
      this.dlcs.close(),
      this.objectStorage.close(),
      this.#origin.close(),
      this.database.drop(),
    ]);
    await rm(this.#directory, { recursive: true, force: true });
    return ends;
  }

  /** The queue as a process beside the others has it, with the functions of the apps. */
  openQueue(): TaskQueue {
    const { apps, settings } = readInstallation({ ...this.#environment, LOG_LEVEL: 'silent' });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 2 });
    const queue = openTaskQueue(platform, undefined, { taskFunctions: apps.taskFunctions });
    this.#opened.push({ platform, queue });
    return queue;
  }

  /** The members whose work in progress is on the disk. */
  scratchFolders(): Promise<string[]> {
    return readdir(join(this.#directory, 'scratch')).catch(() => []);
  }

  /** Everything that the processes wrote. */
  output(): string {
    return this.#processes
      .map(
        (process) =>
          `${process.log.map((line) => JSON.stringify(line)).join('\n')}\n${process.errorOutput()}`,
      )
      .join('\n');
  }

  /** Puts a file at the origin; answers its URL. */
  serve(path: string, file: Buffer): string {
    this.originFiles.set(path, file);
    return this.originUrl(path);
  }

  originUrl(path: string): string {
    return `${this.#origin.url}${path}`;
  }

  /** Posts members to a customer's queue. */
  post(customer: number, members: readonly object[]): Promise<Response> {
    return fetch(`${this.#url}/customers/${customer}/queue`, {
      method: 'POST',
      headers: { Authorization: SANDBOX_AUTHORIZATION, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
        '@type': 'Collection',
        member: members,
      }),
    });
  }

  /** Posts members that have to be accepted. */
  async submit(customer: number, members: readonly object[]): Promise<CollectionAnswer> {
    const response = await this.post(customer, members);
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as CollectionAnswer;
  }

  /** Asks for one of the URIs that the service has answered. */
  get(uri: string): Promise<Response> {
    return fetch(new URL(new URL(uri).pathname, this.#url), {
      headers: { Authorization: SANDBOX_AUTHORIZATION },
    });
  }

  /** Resolves with a member as soon as it has this status. */
  async waitForStatus(
    uri: string,
    status: string,
    deadlineMilliseconds = 60_000,
    intervalMilliseconds = 20,
  ): Promise<MemberAnswer> {
    return eventually(
      async () => {
        const member = (await (await this.get(uri)).json()) as MemberAnswer;
        if (member.status === 'ERROR' && status !== 'ERROR') throw new Error(member.error);
        return member.status === status ? member : undefined;
      },
      deadlineMilliseconds,
      intervalMilliseconds,
    );
  }

  #run(entryPoint: string, environment: NodeJS.ProcessEnv = {}): NodeProcess {
    const process = startNodeProcess(new URL(entryPoint, DIST), { ...this.#environment, ...environment });
    this.#processes.push(process);
    return process;
  }
}
