import type { DestinationStream } from 'pino';
import { openApplication } from '../../../src/application.ts';
import { readInstallation } from '../../../src/installation.ts';
import { listen } from '../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import type { TaskQueue } from '../../../src/queue/index.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import type { ReplyBody } from './reply-body.ts';

/** What a request gets. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReplyBody;
}

/** The API of ingestion over HTTP, in this process, with three databases of a test's own. */
export class IngestionService {
  readonly url: string;
  readonly platform: Platform;
  /** The queue that the app's tasks go to. */
  readonly queue: TaskQueue;
  /** Where the app's own tables are. */
  readonly own: TestDatabase;
  /** Where the live tables are; empty at first. */
  readonly api: TestDatabase;
  /** Where tables are copied from; empty at first. */
  readonly upstream: TestDatabase;
  readonly #stop: () => Promise<void>;

  private constructor(fields: Omit<IngestionService, 'send' | 'post' | 'stop'>, stop: () => Promise<void>) {
    this.url = fields.url;
    this.platform = fields.platform;
    this.queue = fields.queue;
    this.own = fields.own;
    this.api = fields.api;
    this.upstream = fields.upstream;
    this.#stop = stop;
  }

  static async start(
    differing: NodeJS.ProcessEnv = {},
    logDestination?: DestinationStream,
    /** Returns the URL by which the app reaches a database of the live tables. Default: its own. */
    reachApi: (url: string) => string = (url) => url,
    /** The Postgres with the live tables and those upstream. Default: that of the whole run. */
    serverUrl?: string,
  ): Promise<IngestionService> {
    const place = serverUrl === undefined ? {} : { serverUrl };
    const own = await createTestDatabase();
    const api = await createTestDatabase({ migrated: false, ...place });
    const upstream = await createTestDatabase({ migrated: false, ...place });
    const { apps, settings } = readInstallation({
      INSTALLED_APPS: 'ingestion',
      DATABASE_URL: own.url,
      INGESTION_DATABASE_URL: reachApi(api.url),
      UPSTREAM_DATABASE_URL: upstream.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: logDestination ? 'warn' : 'silent',
      ...differing,
    });
    const platform = openPlatform(settings, {
      processName: 'test',
      maximumConnections: 10,
      ...(logDestination ? { logDestination } : {}),
    });
    const { application, close } = await openApplication(apps, platform);
    const server = await listen(application, 0);
    const queue = openTaskQueue(platform);
    const url = `http://127.0.0.1:${server.port}/ingestion`;
    return new IngestionService({ url, platform, queue, own, api, upstream }, async () => {
      await server.stop(0);
      await queue.close();
      await close();
      await platform.close();
      await Promise.all([own.drop(), api.drop(), upstream.drop()]);
    });
  }

  /** Stops everything, and drops the databases. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Sends a request to a path below `/ingestion`. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  /** Requests a task that has to be accepted; returns its id. */
  async post(request: object): Promise<string> {
    const { status, body } = await this.send('POST', '/task', request);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return String(body.task_id);
  }
}
