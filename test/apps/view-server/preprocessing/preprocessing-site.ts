import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient } from 'redis';
import { BucketStore } from '../../../../src/apps/view-server/files/bucket-store.ts';
import type { FileStore } from '../../../../src/apps/view-server/files/file-store.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { GatedStorage } from './gated-storage.ts';

const DIST = new URL('../../../../dist/', import.meta.url);

function connectRedis(port: number) {
  return createClient({ url: `redis://127.0.0.1:${port}` })
    .on('error', () => undefined)
    .connect();
}

type RedisClient = Awaited<ReturnType<typeof connectRedis>>;

/** A server with a client of its own. */
interface StartedServer {
  readonly process: NodeProcess;
  readonly redis: RedisClient;
  readonly redisPort: number;
  readonly url: string;
}

async function startServer(environment: NodeJS.ProcessEnv): Promise<StartedServer> {
  const process = startNodeProcess(new URL('server.js', DIST), environment);
  const { port } = await process.waitForLine(({ msg }) => msg === 'an app listens');
  const { port: httpPort } = await process.waitForLine(({ msg }) => msg === 'listening');
  const redisPort = Number(port);
  return { process, redis: await connectRedis(redisPort), redisPort, url: `http://127.0.0.1:${httpPort}` };
}

/** An attempt at an item. */
export interface SiteAttempt {
  readonly stage: string;
  readonly path: string;
  readonly state: string;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly outcome: string | null;
  readonly collection: string;
}

/**
 * A view server as it is deployed: a server, an engine, and an object storage with the buckets `packages` and `products`, as processes and
 * folders of a test's own.
 */
export class PreprocessingSite {
  readonly storage: GatedStorage;
  readonly database: TestDatabase;
  redis: RedisClient;
  /** Where the server listens for Redis clients. */
  redisPort: number;
  /** The address of the server, without a slash at its end. */
  url: string;
  readonly #objects: SandboxObjectStorage;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #processes: NodeProcess[];
  readonly #buckets: ObjectStorage[] = [];

  private constructor(parts: {
    storage: GatedStorage;
    database: TestDatabase;
    server: StartedServer;
    objects: SandboxObjectStorage;
    directory: string;
    environment: NodeJS.ProcessEnv;
  }) {
    this.storage = parts.storage;
    this.database = parts.database;
    this.redis = parts.server.redis;
    this.redisPort = parts.server.redisPort;
    this.url = parts.server.url;
    this.#objects = parts.objects;
    this.#directory = parts.directory;
    this.#environment = parts.environment;
    this.#processes = [parts.server.process];
  }

  /** @param collections the text of the file of collections, with `FOLDER` for the test's own folder. */
  static async start(differing: NodeJS.ProcessEnv = {}, collections?: string): Promise<PreprocessingSite> {
    const directory = await mkdtemp(join(tmpdir(), 'preprocessing-test-'));
    const [objects, database] = await Promise.all([
      startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: ['packages', 'products'] }),
      createTestDatabase(),
    ]);
    Object.assign(process.env, objects.environment);
    const storage = await GatedStorage.start(objects.url);
    const file = join(directory, 'collections.yaml');
    if (collections !== undefined) await writeFile(file, collections.replaceAll('FOLDER', directory));
    const environment = {
      INSTALLED_APPS: 'view-server',
      DJANGO_SECRET_KEY: 'a key for the view server in its tests',
      DATABASE_URL: database.url,
      SCRATCH_DIRECTORY: join(directory, 'scratch'),
      REDIS_LISTEN: '127.0.0.1:0',
      GUNICORN_WORKERS: '1',
      ENGINE_WORKER_COUNT: '1',
      PORT: '0',
      ...objects.environment,
      AWS_ENDPOINT_URL_S3: storage.url,
      ...(collections === undefined ? {} : { VIEW_SERVER_COLLECTIONS: file }),
      ...differing,
    };
    const server = await startServer(environment);
    return new PreprocessingSite({ storage, database, server, objects, directory, environment });
  }

  /** Kills the server, and starts another one, on other ports. */
  async replaceServer(): Promise<void> {
    if (this.redis.isOpen) this.redis.destroy();
    this.#processes[0]?.kill('SIGKILL');
    await this.#processes[0]?.ended;
    const { process, redis, redisPort, url } = await startServer(this.#environment);
    this.#processes[0] = process;
    this.redis = redis;
    this.redisPort = redisPort;
    this.url = url;
  }

  async stop(): Promise<void> {
    if (this.redis.isOpen) this.redis.destroy();
    for (const process of this.#processes) process.kill('SIGTERM');
    await Promise.all(this.#processes.map(({ ended }) => ended));
    for (const bucket of this.#buckets) bucket.close();
    await this.storage.close();
    await Promise.all([this.#objects.close(), this.database.drop()]);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async startEngine(): Promise<NodeProcess> {
    const engine = startNodeProcess(new URL('engine.js', DIST), this.#environment);
    this.#processes.push(engine);
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    return engine;
  }

  /** Opens a bucket, without the gates. */
  bucket(name: 'packages' | 'products'): FileStore {
    const variables = { name: 'none', requestsAtOnce: 'none' };
    const bucket = new ObjectStorage({ name, requestsAtOnce: 2, variables }, this.#objects.url);
    this.#buckets.push(bucket);
    return new BucketStore(name, bucket, '');
  }

  /** Puts a package into its bucket. */
  put(path: string, body: Buffer): Promise<void> {
    return this.bucket('packages').put(path, body, 'application/octet-stream');
  }

  /** Returns the paths of all products' files. */
  async products(): Promise<string[]> {
    const paths: string[] = [];
    for await (const { path } of this.bucket('products').list('')) paths.push(path);
    return paths.toSorted();
  }

  /** Puts a file into the test's own folder. */
  async write(path: string, body: Buffer): Promise<void> {
    const file = join(this.#directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }

  /** Makes a folder in the test's own folder. */
  async makeFolder(path: string): Promise<void> {
    await mkdir(join(this.#directory, path), { recursive: true });
  }

  /** Returns what is below a folder of the test's own folder. */
  async filesIn(folder: string): Promise<string[]> {
    const entries = await readdir(join(this.#directory, folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(this.#directory, folder).length + 1))
      .toSorted();
  }

  /** Returns what is left in the scratch directory. */
  scratchFiles(): Promise<string[]> {
    return this.filesIn('scratch');
  }

  /** Returns the folders of packages in work. */
  workFolders(): Promise<string[]> {
    return readdir(join(this.#directory, 'scratch', 'view-server-packages')).catch(() => []);
  }

  attempts(path: string): Promise<SiteAttempt[]> {
    return this.database
      .database('view_server.attempts as attempt')
      .join('view_server.items as item', 'item.id', 'attempt.item_id')
      .where('item.path', path)
      .orderBy(['attempt.item_id', 'attempt.number'])
      .select('attempt.stage', 'path', 'state', 'reason', 'worker', 'outcome', 'collection');
  }

  /** Waits until an item is in one of two sets, and returns the set and that it is not in the other one. */
  async outcomeOf(stage: 'preprocess' | 'register' | 'seed', path: string): Promise<string> {
    const sets = [`${stage}-success_set`, `${stage}-failure_set`];
    return eventually(async () => {
      const members = await Promise.all(sets.map((set) => this.redis.sIsMember(set, path)));
      const found = sets.filter((_, index) => members[index]);
      if (found.length > 1) throw new Error('The item is in both sets');
      return found[0];
    }, 60_000);
  }

  /** Kills an engine and its workers, as if its machine was gone; others take it for dead at once. */
  async killEngine(engine: NodeProcess): Promise<void> {
    for (const pid of [engine.pid, ...childrenOf(engine.pid)]) process.kill(pid, 'SIGKILL');
    await engine.ended;
    const { database } = this.database;
    await database('queue.engines').update({
      heartbeat: database.raw(`clock_timestamp() - interval '1 minute'`),
    });
  }

  /** Kills the process that works on an item. */
  async killWorker(path: string): Promise<void> {
    const running = (await this.attempts(path)).find(({ state }) => state === 'running');
    const pid = Number(running?.worker?.split(' ').at(-1));
    if (!(pid > 1)) throw new Error('Nobody works on it');
    process.kill(pid, 'SIGKILL');
  }
}

/** Returns the processes that a process has started. */
export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
