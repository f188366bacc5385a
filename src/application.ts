import type { Express } from 'express';
import { ADMIN_ROOT, createAdmin } from './admin/index.ts';
import type { AppContext } from './app-kit/app.ts';
import { apps } from './installed.ts';
import { platformHealthChecks } from './platform/health-checks.ts';
import { createHttpApplication } from './platform/http/application.ts';
import { readVersion } from './platform/version.ts';
import { queueHealthChecks, queueMetrics } from './queue/index.ts';

/** Everything that the server answers: the routes of the apps, the admin, the health page, the metrics, the API's description. */
export function createApplication(context: AppContext): Express {
  const { settings, logger } = context.platform;
  const application = createHttpApplication({
    logger,
    isDebug: settings.debug,
    mounts: [
      ...apps.map((app) => ({ path: '/', handler: app.router(context) })),
      { path: ADMIN_ROOT, handler: createAdmin(context, apps) },
    ],
    healthChecks: [
      ...platformHealthChecks(context.platform),
      ...queueHealthChecks(context.platform.database, context.queue),
      ...apps.flatMap((app) => app.healthChecks(context)),
    ],
    metricsSources: [queueMetrics(context.platform)],
    metricsToken: settings.monitoring.metricsToken,
    info: {
      title: 'Composite Handler',
      version: readVersion(),
      description:
        'Takes PDFs by REST, puts their pages as images into S3, and hands them to a DLCS in batches.',
    },
    openApi: apps.map(({ openApi }) => openApi),
    frontPage: {
      links: [
        { path: '/docs/', label: 'API', description: 'Read how it is called, and try it.' },
        {
          path: ADMIN_ROOT,
          label: 'Admin',
          description: 'Watch submissions and tasks; send failed ones back.',
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
