import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Role } from '../../src/admin/access/roles.ts';
import { createAdministrator } from '../../src/admin/administrators.ts';
import { ADMIN_ROOT } from '../../src/admin/index.ts';
import { SESSION_COOKIE } from '../../src/admin/sessions.ts';
import { openApplication } from '../../src/application.ts';
import { readInstallation } from '../../src/installation.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import type { TaskQueue } from '../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** The administrator that every test may sign in as: a superuser. */
export const ADA = {
  username: 'ada',
  email: 'ada@example.org',
  password: 'difference engine',
  role: 'superuser',
} as const;

/** An admin that is served by HTTP, and what is behind it. */
export interface ServedAdmin {
  readonly test: TestDatabase;
  readonly platform: Platform;
  readonly application: Express;
  readonly queue: TaskQueue;
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the whole application on a port of its own. */
export async function serveAdmin(environment: Record<string, string> = {}): Promise<ServedAdmin> {
  const test = await createTestDatabase();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { apps, settings } = readInstallation({
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'a key of the tests, long enough to be one',
    WEB_SERVER_HOSTNAME: `127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const platform = openPlatform(settings, { processName: 'test', maximumConnections: 5 });
  const { application, queue, close } = await openApplication(apps, platform);
  await createAdministrator(platform.database, ADA);
  server.on('request', application);
  return {
    test,
    platform,
    application,
    queue,
    url: `http://127.0.0.1:${port}${ADMIN_ROOT}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
      await platform.close();
      await test.drop();
    },
  };
}

/** A browser as far as cookies and origins go: it keeps cookies, and follows no redirect. */
export class AdminClient {
  readonly #site: Pick<ServedAdmin, 'url'>;
  readonly #cookies = new Map<string, string>();

  /** @param site where the admin is; read with each request. */
  constructor(site: Pick<ServedAdmin, 'url'>) {
    this.#site = site;
  }

  /** What stands in a cookie; empty where there is none. */
  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** The id of the session, as its cookie has it. */
  get session(): string {
    return this.cookie(SESSION_COOKIE);
  }

  set session(value: string) {
    this.setCookie(SESSION_COOKIE, value);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#fetch(path, { method: 'GET', headers });
  }

  /** Posts a form as the site's own scripts do: with its origin, and with the token in a header. */
  post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const origin = new URL(this.#site.url).origin;
    const token = decodeURIComponent(this.cookie('XSRF-TOKEN'));
    return this.#fetch(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin, 'x-xsrf-token': token, ...headers },
    });
  }

  /** Posts JSON, as our own pages do. */
  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#fetch(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        origin: new URL(this.#site.url).origin,
        'x-xsrf-token': decodeURIComponent(this.cookie('XSRF-TOKEN')),
        'content-type': 'application/json',
        ...headers,
      },
    });
  }

  /** Loads the login page, as it gives the token, and posts its form; then loads a page, as browsers do. */
  async login(
    username: string = ADA.username,
    password: string = ADA.password,
    next = '',
    headers: Record<string, string> = {},
  ): Promise<Response> {
    await this.get('/login');
    const response = await this.post('/login', { username, password, next }, headers);
    if (response.status === 303) await this.get('/account');
    return response;
  }

  async #fetch(path: string, options: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#site.url}${path}`, {
      ...options,
      redirect: 'manual',
      headers: { ...options.headers, cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}

/** Creates an administrator with a role, and signs in as them. */
export async function signInAs(
  admin: Pick<ServedAdmin, 'platform' | 'url'>,
  username: string,
  role: Role,
): Promise<AdminClient> {
  await createWithRole(admin, username, role);
  const client = new AdminClient(admin);
  await client.login(username);
  return client;
}

/** Creates an administrator who has the password of {@link ADA}. */
export async function createWithRole(
  { platform }: Pick<ServedAdmin, 'platform'>,
  username: string,
  role: Role,
): Promise<void> {
  await createAdministrator(platform.database, { ...ADA, username, email: '', role });
}

/** Whether a client's session counts: it asks for a task that is not there, which nobody else learns. */
export async function isSignedIn(client: AdminClient): Promise<boolean> {
  const { status } = await client.get('/tasks/none');
  if (status === 404) return true;
  if (status === 303) return false;
  throw new Error(`A session was asked for, and the answer was ${status}`);
}
