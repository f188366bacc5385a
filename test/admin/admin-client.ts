import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createAdministrator } from '../../src/admin/administrators.ts';
import { ADMIN_ROOT, createAdmin } from '../../src/admin/index.ts';
import { adminResources } from '../../src/apps/composite/admin-resources.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import { openTaskQueue, type TaskQueue } from '../../src/queue/index.ts';
import { readSettings } from '../../src/settings.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** The administrator that every test may sign in as. */
export const ADA = { username: 'ada', email: 'ada@example.org', password: 'difference engine' };

/** An admin that is served by HTTP, and what is behind it. */
export interface ServedAdmin {
  readonly test: TestDatabase;
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the admin on a port of its own. */
export async function serveAdmin(environment: Record<string, string> = {}): Promise<ServedAdmin> {
  const test = await createTestDatabase();
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = readSettings({
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'a key of the tests, long enough to be one',
    WEB_SERVER_HOSTNAME: `127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const platform = openPlatform(settings, { processName: 'test', maximumConnections: 5 });
  const queue = openTaskQueue(platform);
  await createAdministrator(platform.database, ADA);
  app.use(ADMIN_ROOT, createAdmin({ platform, queue }, [{ adminResources }]));
  return {
    test,
    platform,
    queue,
    url: `http://127.0.0.1:${port}${ADMIN_ROOT}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await queue.close();
      await platform.close();
      await test.drop();
    },
  };
}

/** A browser as far as cookies and origins go: it keeps the session's cookie, and follows no redirect. */
export class AdminClient {
  readonly #url: string;
  cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, { method: 'GET' });
  }

  post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const origin = new URL(this.#url).origin;
    return this.#fetch(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin, ...headers },
    });
  }

  /** Posts the login form. */
  login(username = ADA.username, password = ADA.password, next = ''): Promise<Response> {
    return this.post('/login', { username, password, next });
  }

  async #fetch(path: string, options: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      ...options,
      redirect: 'manual',
      headers: { ...options.headers, cookie: this.cookie },
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    return response;
  }
}
