import type { DestinationStream } from 'pino';
import { openApplication } from '../../../src/application.ts';
import { readInstallation } from '../../../src/installation.ts';
import { listen } from '../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import type { TaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** The tokens that the service accepts. */
export const TOKENS = { producer: 'a-producer', consumer: 'a-consumer' } as const;

/** The queue whose tasks are rendered. */
export const RENDERED_QUEUE = { project: 'worksheets', queue: 'orders' } as const;

/** A task, as the service returns it. */
export interface WireTask {
  readonly kind: string;
  readonly id: string;
  readonly queueName: string;
  readonly payloadBase64: string;
  readonly enqueueTimestamp: number;
  readonly leaseTimestamp: number;
  readonly retry_count: number;
  readonly tag: string;
}

/** What a request gets. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body, if it is JSON. */
  readonly body: Record<string, unknown> & { readonly items?: readonly WireTask[] };
}

/** The pull queues over HTTP, in this process, with a database of a test's own. */
export class RenderService {
  readonly url: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly test: TestDatabase;
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly #stop: () => Promise<void>;

  private constructor(
    fields: Omit<RenderService, 'send' | 'tasksPath' | 'insert' | 'lease' | 'stop'>,
    stop: () => Promise<void>,
  ) {
    this.url = fields.url;
    this.environment = fields.environment;
    this.test = fields.test;
    this.platform = fields.platform;
    this.queue = fields.queue;
    this.#stop = stop;
  }

  static async start(
    differing: NodeJS.ProcessEnv = {},
    logDestination?: DestinationStream,
  ): Promise<RenderService> {
    const test = await createTestDatabase();
    const environment = {
      INSTALLED_APPS: 'render',
      DJANGO_DEBUG: 'False',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      RENDER_QUEUES: `${RENDERED_QUEUE.project}/${RENDERED_QUEUE.queue}`,
      TASKQUEUE_PRODUCER_TOKENS: TOKENS.producer,
      TASKQUEUE_CONSUMER_TOKENS: TOKENS.consumer,
      ...differing,
    };
    const { apps, settings } = readInstallation(environment);
    const platform = openPlatform(settings, {
      processName: 'test',
      maximumConnections: 10,
      ...(logDestination ? { logDestination } : {}),
    });
    const { application, queue, close } = await openApplication(apps, platform);
    const server = await listen(application, 0);
    const url = `http://127.0.0.1:${server.port}`;
    return new RenderService({ url, environment, test, platform, queue }, async () => {
      await server.stop(0);
      await close();
      await platform.close();
      await test.drop();
    });
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** The address of the tasks of a queue; it is below the service's. */
  tasksPath(queue: string = 'letters', project = 'a-project'): string {
    return `/taskqueue/v1beta2/projects/${project}/taskqueues/${queue}/tasks`;
  }

  /** Sends a request, with the token of a consumer unless it inserts. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const isInsert = method === 'POST' && path.split('?')[0]?.endsWith('/tasks');
    const token = isInsert ? TOKENS.producer : TOKENS.consumer;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, text, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
  }

  /** Inserts a task that has to be accepted. */
  async insert(fields: object = {}, queue = 'letters', project = 'a-project'): Promise<WireTask> {
    const task = { queueName: queue, payloadBase64: 'aGVsbG8=', ...fields };
    const { status, text } = await this.send('POST', this.tasksPath(queue, project), task);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return JSON.parse(text);
  }

  /** Leases tasks; the query may say more. */
  async lease(
    query = 'numTasks=10&leaseSecs=60',
    queue = 'letters',
    project = 'a-project',
  ): Promise<readonly WireTask[]> {
    const { status, text, body } = await this.send(
      'POST',
      `${this.tasksPath(queue, project)}/lease?${query}`,
    );
    if (status !== 200) throw new Error(`${status} ${text}`);
    return body.items ?? [];
  }
}
