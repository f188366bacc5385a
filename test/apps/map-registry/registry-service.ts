import type { DestinationStream } from 'pino';
import type { Role } from '../../../src/admin/access/roles.ts';
import { createAdministrator } from '../../../src/admin/administrators.ts';
import { openApplication } from '../../../src/application.ts';
import type { RegistryTasks } from '../../../src/apps/map-registry/registry-tasks.ts';
import { registryTasksOf } from '../../../src/apps/map-registry/tasks.ts';
import { readInstallation } from '../../../src/installation.ts';
import { listen } from '../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { openTaskQueue, type TaskQueue } from '../../../src/queue/index.ts';
import { createTestDatabase } from '../../support/database.ts';

/** The password of every administrator of these tests. */
const PASSWORD = 'difference engine';

/** The map registry over HTTP, in this process, with a database of a test's own. Servers on this machine may be asked. */
export class RegistryService {
  /** Where the app is: `http://127.0.0.1:…/registry`. */
  readonly url: string;
  readonly platform: Platform;
  /** The queue that the app's tasks go to. No engine runs them. */
  readonly queue: TaskQueue;
  readonly tasks: RegistryTasks;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, platform: Platform, queue: TaskQueue, stop: () => Promise<void>) {
    this.url = url;
    this.platform = platform;
    this.queue = queue;
    this.tasks = registryTasksOf(platform, queue);
    this.#stop = stop;
  }

  static async start(
    differing: NodeJS.ProcessEnv = {},
    logDestination?: DestinationStream,
  ): Promise<RegistryService> {
    const test = await createTestDatabase();
    const { apps, settings } = readInstallation({
      INSTALLED_APPS: 'map-registry',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      REGISTRY_ALLOWED_NETWORKS: 'loopback',
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
    return new RegistryService(`http://127.0.0.1:${server.port}/registry`, platform, queue, async () => {
      await server.stop(0);
      await queue.close();
      await close();
      await platform.close();
      await test.drop();
    });
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Creates an administrator. Returns the header with which they call the API. */
  async signUp(username: string, role: Role): Promise<{ readonly authorization: string }> {
    await createAdministrator(this.platform.database, { username, email: '', password: PASSWORD, role });
    return basic(username, PASSWORD);
  }

  /** Sends a request to a path below `/registry`. A body that is no text is sent as JSON. */
  async send(
    method: string,
    path: string,
    { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<RegistryReply> {
    const isText = typeof body === 'string';
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text);
      },
    };
  }

  /** Returns the id of the catalogue that the migration has made. */
  async catalogId(): Promise<string> {
    const row = await this.platform.database('map_registry.catalogs').where({ slug: 'hypermap' }).first('id');
    return row.id;
  }
}

/** What a request gets. */
export interface RegistryReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests compare what is in it.
  readonly json: any;
}

/** The header of HTTP Basic. */
export function basic(username: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
