import { describe, expect, it } from '@jest/globals';
import express, { Router } from 'express';
import type { AdminResource } from '../../src/app-kit/admin/resource.ts';
import type { App } from '../../src/app-kit/app.ts';
import type { AppApi } from '../../src/app-kit/app-api.ts';
import type { AppContext } from '../../src/app-kit/app-context.ts';
import {
  type LoadedApp,
  loadApp,
  refuseServedClashes,
  withinOwnPaths,
} from '../../src/app-kit/loaded-apps.ts';
import { listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import { readInstallation } from '../../src/installation.ts';
import type { OpenApiFragment } from '../../src/platform/http/open-api.ts';
import { openPlatform } from '../../src/platform/platform.ts';
import { openTaskQueue } from '../../src/queue/index.ts';

const SERVICE = {
  paths: ['', '/docs', '/admin'],
  resources: ['queues'],
  healthChecks: ['database'],
  metricsPrefix: 'service_',
};

/** Loads two apps, `left` and `right`, and looks whether they can be served together. */
async function serve(left: Omit<App, 'name'>, right: Omit<App, 'name'>): Promise<void> {
  const { settings } = readInstallation({
    DATABASE_URL: 'postgresql://localhost/none',
    DJANGO_SECRET_KEY: 'a key for tests',
    LOG_LEVEL: 'silent',
  });
  const platform = openPlatform(settings, { processName: 'test', maximumConnections: 1 });
  const queue = openTaskQueue(platform);
  const context: AppContext = { platform, queue };
  try {
    const apps: LoadedApp[] = [
      await loadApp({ name: 'left', ...left }, context),
      await loadApp({ name: 'right', ...right }, context),
    ];
    refuseServedClashes(apps, SERVICE);
  } finally {
    await queue.close();
    await platform.close();
  }
}

function apiOf(part: Partial<AppApi>): Pick<App, 'api'> {
  return { api: async () => ({ paths: [], createRouter: () => Router(), ...part }) };
}

function adminOf(id: string): Pick<App, 'admin'> {
  const resource: AdminResource = {
    id,
    label: id,
    group: id,
    table: id,
    newestBy: 'created',
    title: 'id',
    columns: [],
  };
  return { admin: async () => ({ resources: [resource] }) };
}

function checkOf(name: string): Pick<App, 'healthChecks'> {
  return { healthChecks: () => [{ name, check: async () => undefined }] };
}

function metricOf(name: string): Pick<App, 'metrics'> {
  return { metrics: () => [{ names: [name], collect: async () => '' }] };
}

function fragmentOf(part: Partial<OpenApiFragment>): OpenApiFragment {
  return { tags: [], paths: {}, schemas: {}, ...part };
}

describe('apps cannot be served together', () => {
  it.each([
    ['path', '/things', apiOf({ paths: ['/things'] }), apiOf({ paths: ['/Things/'] })],
    ['resource of the admin', 'things', adminOf('things'), adminOf('things')],
    ['health check', 'things', checkOf('things'), checkOf('things')],
    ['metric', 'things_total', metricOf('things_total'), metricOf('things_total')],
    [
      'schema of the API',
      'Thing',
      apiOf({ openApi: fragmentOf({ schemas: { Thing: {} } }) }),
      apiOf({ openApi: fragmentOf({ schemas: { Thing: {} } }) }),
    ],
    [
      'security scheme of the API',
      'Token',
      apiOf({ openApi: fragmentOf({ securitySchemes: { Token: {} } }) }),
      apiOf({ openApi: fragmentOf({ securitySchemes: { Token: {} } }) }),
    ],
  ])('where both have the same %s', async (kind, value, left, right) => {
    await expect(serve(left, right)).rejects.toThrow(
      `The ${kind} "${value}" is not unique: the app left and the app right both have it.`,
    );
  });

  it.each([
    ['path', '/admin', apiOf({ paths: ['/admin'] })],
    ['resource of the admin', 'queues', adminOf('queues')],
    ['health check', 'database', checkOf('database')],
  ])('where one has a %s of the service', async (kind, value, left) => {
    await expect(serve(left, {})).rejects.toThrow(
      `The ${kind} "${value}" is not unique: the service itself and the app left both have it.`,
    );
  });
});

describe('an app cannot be served', () => {
  it("where one of its metrics has a name of the service's", async () => {
    await expect(serve(metricOf('service_tasks'), {})).rejects.toThrow(
      'The metric "service_tasks" of the app left has a name that is kept for the service itself: it starts with service_.',
    );
  });
});

describe('the router of an app', () => {
  it('sees requests for its own paths and no others', async () => {
    const application = express();
    const router = Router().use((request, response) => void response.send(request.path));
    application.use(withinOwnPaths(['/things'], router));
    const server = await listenLocally(application);
    try {
      const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;
      expect(await statusOf('/things')).toBe(200);
      expect(await statusOf('/things/1')).toBe(200);
      expect(await statusOf('/thingsandmore')).toBe(404);
      expect(await statusOf('/other')).toBe(404);
    } finally {
      await server.close();
    }
  });
});
