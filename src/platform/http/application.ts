import express, { type Express, type RequestHandler } from 'express';
import type { HealthCheck } from '../health.ts';
import type { Logger } from '../logging.ts';
import { answerNotFound, createErrorHandler } from './error-handler.ts';
import { createFrontPage, type FrontPageOptions } from './front-page.ts';
import { createHealthPage, HEALTH_PATHS } from './health-page.ts';
import { createMetricsPage, METRICS_PATH, type MetricsSource } from './metrics-page.ts';
import {
  createDocs,
  DOCS_PATH,
  DOCUMENT_PATH,
  describeApi,
  type OpenApiFragment,
  type OpenApiInfo,
} from './open-api.ts';
import { createRequestLog } from './request-log.ts';
import { requireHost } from './require-host.ts';
import { createServerMetrics } from './server-metrics.ts';

/** What {@link createHttpApplication} puts together. */
export interface HttpApplicationOptions {
  readonly logger: Logger;
  /** Whether a 500 says what went wrong (`DJANGO_DEBUG`). */
  readonly isDebug: boolean;
  /** Handlers and the path that each is mounted at, in this order: the apps at `/`, the admin at `/admin`. */
  readonly mounts: readonly HttpMount[];
  readonly healthChecks: readonly HealthCheck[];
  /** What `/metrics` returns in addition to what the server processes measure of themselves. */
  readonly metricsSources: readonly MetricsSource[];
  /** What `/metrics` and the details of the health page require; without one, only this machine gets them. */
  readonly metricsToken: string | undefined;
  readonly info: OpenApiInfo;
  readonly openApi: readonly OpenApiFragment[];
  /** An SVG, which browsers show beside the titles of pages. */
  readonly icon: string;
  readonly frontPage: Omit<FrontPageOptions, 'title' | 'description'>;
}

/** Browsers ask for it by themselves. */
const ICON_PATH = '/favicon.ico';

/** The paths that the web application itself serves. */
export const SERVICE_PATHS = [
  ICON_PATH,
  '',
  ...HEALTH_PATHS,
  METRICS_PATH,
  DOCS_PATH,
  DOCUMENT_PATH,
] as const;

/** A handler, and its path. */
export interface HttpMount {
  readonly path: string;
  readonly handler: RequestHandler;
}

/**
 * The web application: what is mounted on it, the health page, the metrics, the API's description, and the front
 * page; with request ids, one log line for each request, and errors sent as JSON.
 */
export function createHttpApplication(options: HttpApplicationOptions): Express {
  const { info } = options;
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  const serverMetrics = createServerMetrics(options.metricsSources);
  application.use(serverMetrics.measureRequests);
  application.use(createRequestLog(options.logger, [...HEALTH_PATHS, METRICS_PATH]));
  application.use(setSecurityHeaders, sendPlainJson);
  application.use(createHealthPage(options.healthChecks, options.metricsToken));
  application.use(createMetricsPage([serverMetrics, ...options.metricsSources], options.metricsToken));
  application.use(requireHost);
  application.use(createDocs(describeApi(info, options.openApi), info.title));
  application.use(
    createFrontPage({ ...options.frontPage, title: info.title, description: info.description }),
  );
  application.get(ICON_PATH, (_request, response) => {
    response.type('svg').set('Cache-Control', 'public, max-age=86400').send(options.icon);
  });
  for (const { path, handler } of options.mounts) application.use(path, handler);
  application.use(answerNotFound);
  application.use(createErrorHandler(options.isDebug));
  return application;
}

const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
  });
  next();
};

/** JSON has no `charset` (RFC 8259), which Express adds to the `Content-Type` of texts but not of bytes. */
const sendPlainJson: RequestHandler = (_request, response, next) => {
  response.json = (body: unknown) => {
    if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
    return response.send(Buffer.from(JSON.stringify(body)));
  };
  next();
};
