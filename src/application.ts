import type { Express } from 'express';
import { ICON_SVG } from './admin/appearance.ts';
import { ADMIN_RESOURCES, ADMIN_ROOT, createAdmin, openAccounts } from './admin/index.ts';
import type { AppContext } from './app-kit/app-context.ts';
import type { OpenListener } from './app-kit/app-listener.ts';
import { type InstalledApps, titleOf } from './app-kit/installed-apps.ts';
import { type LoadedApp, loadApp, refuseServedClashes, withinOwnPaths } from './app-kit/loaded-apps.ts';
import { migrationFoldersOf } from './migration-folders.ts';
import type { HealthCheck } from './platform/health.ts';
import { platformHealthChecks } from './platform/health-checks.ts';
import { createHttpApplication, SERVICE_PATHS } from './platform/http/application.ts';
import type { Platform } from './platform/platform.ts';
import { METRICS_PREFIX, PRODUCT_NAME } from './platform/product.ts';
import { readVersion } from './platform/version.ts';
import {
  openTaskQueue,
  queueHealthChecks,
  queueMetrics,
  queueSettings,
  registerQueues,
  type TaskQueue,
} from './queue/index.ts';

/** A web application, and the queues that it has opened. */
export interface ServedApplication {
  readonly application: Express;
  /** The default queue. */
  readonly queue: TaskQueue;
  /**
   * Starts to listen for what the apps take besides HTTP; returns the open listeners by the names of the apps.
   *
   * @throws {ListenError}
   */
  openListeners(): Promise<ReadonlyMap<string, OpenListener>>;
  /** Closes the queues; the platform stays open. */
  close(): Promise<void>;
}

/**
 * Opens the queues of the installed apps, loads what a server needs of them, and puts the web application together.
 *
 * @throws {AppClashError} if two apps cannot be served together.
 */
export async function openApplication(apps: InstalledApps, platform: Platform): Promise<ServedApplication> {
  const { queueName, priorityQueueName = queueName } = platform.settingsOf(queueSettings);
  const queue = openTaskQueue(platform, queueName, { taskFunctions: apps.taskFunctions });
  const loadedApps = await Promise.all(
    apps.list.map((app) => loadApp(app, { platform, queue: queue.sibling(apps.queueOf(app, queueName)) })),
  );
  await registerQueues(platform.database, [
    ...new Set([...apps.queueNames(queueName), priorityQueueName]),
  ]).catch((error: unknown) =>
    platform.logger.warn(
      { err: error },
      'the queues could not be registered; an engine does it when it starts',
    ),
  );
  return {
    application: createApplication({ platform, queue }, loadedApps),
    queue,
    openListeners: () => openListeners(loadedApps),
    async close() {
      for (const { context } of loadedApps) await context.queue.close();
      await queue.close();
    },
  };
}

async function openListeners(apps: readonly LoadedApp[]): Promise<ReadonlyMap<string, OpenListener>> {
  const listeners = new Map<string, OpenListener>();
  for (const { app, listener, context } of apps) {
    const open = await listener?.open(context);
    if (!open) continue;
    context.platform.logger.info({ app: app.name, port: open.port }, 'an app listens');
    listeners.set(app.name, open);
  }
  return listeners;
}

/**
 * Everything that the server serves: the routes of the apps, the admin, the health page, the metrics, and the API's
 * description.
 *
 * @param context of the default queue.
 * @throws {AppClashError} if two apps cannot be served together.
 */
function createApplication(context: AppContext, apps: readonly LoadedApp[]): Express {
  const { settings, logger } = context.platform;
  const ownHealthChecks = [
    ...platformHealthChecks(context.platform, migrationFoldersOf({ list: apps.map(({ app }) => app) })),
    ...queueHealthChecks(context.platform.database, context.queue).map(asAdditional),
  ];
  refuseServedClashes(apps, {
    paths: [...SERVICE_PATHS, ADMIN_ROOT],
    resources: ADMIN_RESOURCES,
    healthChecks: ownHealthChecks.map(({ name }) => name),
    metricsPrefix: METRICS_PREFIX,
  });
  const accounts = openAccounts(context.platform);
  const application = createHttpApplication({
    logger,
    isDebug: settings.debug,
    mounts: [
      ...apps.flatMap(({ api, context: own }) =>
        api ? [{ path: '/', handler: withinOwnPaths(api.paths, api.createRouter(own, accounts)) }] : [],
      ),
      { path: ADMIN_ROOT, handler: createAdmin(context, apps) },
    ],
    healthChecks: [...ownHealthChecks, ...apps.flatMap(({ healthChecks }) => healthChecks).map(asAdditional)],
    metricsSources: [queueMetrics(context.platform), ...apps.flatMap(({ metrics }) => metrics)],
    metricsToken: settings.metricsToken,
    info: { title: PRODUCT_NAME, version: readVersion(), description: describe(apps) },
    icon: ICON_SVG,
    openApi: apps.flatMap(({ api }) => api?.openApi ?? []),
    frontPage: {
      links: [
        ...apps.flatMap(({ api }) => api?.frontPage ?? []),
        { path: '/docs/', label: 'API', description: 'Read how it is called, and try it.' },
        {
          path: ADMIN_ROOT,
          label: 'Admin',
          description: 'Watch the queue and the apps, and resubmit failed tasks.',
        },
        { path: '/health-check/', label: 'Health', description: 'Whether everything works that it needs.' },
        {
          path: '/metrics',
          label: 'Metrics',
          description: 'Figures of the queue and the server, for Prometheus.',
        },
        { path: '/openapi.json', label: 'OpenAPI', description: 'The description of the API, for programs.' },
      ],
    },
  });
  application.set('trust proxy', [...settings.web.trustedProxies]);
  return application;
}

/** A server takes requests well without an engine, or what an app needs elsewhere. */
function asAdditional(check: HealthCheck): HealthCheck {
  return { ...check, isAdditional: true };
}

/** One app speaks for itself; several are listed. */
function describe(apps: readonly LoadedApp[]): string {
  const described = apps.flatMap(({ app }) =>
    app.description ? [{ app, description: app.description }] : [],
  );
  if (apps.length === 1) return described.map(({ description }) => description).join('');
  return described.map(({ app, description }) => `${titleOf(app)}: ${description}`).join('\n\n');
}
