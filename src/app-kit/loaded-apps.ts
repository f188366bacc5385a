import type { RequestHandler, Router } from 'express';
import type { HealthCheck } from '../platform/health.ts';
import type { AppAdmin } from './admin/app-admin.ts';
import type { App, AppMetrics } from './app.ts';
import type { AppApi } from './app-api.ts';
import type { AppContext } from './app-context.ts';
import type { AppListener } from './app-listener.ts';
import { AppClashError, type Claim, refuseClashes } from './clashes.ts';
import { ownerOf } from './installed-apps.ts';

/** An app in a server process, with its parts loaded. */
export interface LoadedApp {
  readonly app: App;
  readonly context: AppContext;
  readonly api?: AppApi | undefined;
  readonly admin?: AppAdmin | undefined;
  readonly listener?: AppListener | undefined;
  readonly healthChecks: readonly HealthCheck[];
  readonly metrics: readonly AppMetrics[];
}

/** What the service itself has taken, in a server process. */
export interface ServiceClaims {
  readonly paths: readonly string[];
  readonly resources: readonly string[];
  readonly healthChecks: readonly string[];
  /** What the names of its metrics start with. */
  readonly metricsPrefix: string;
}

/** Loads what a server needs of an app. */
export async function loadApp(app: App, context: AppContext): Promise<LoadedApp> {
  const [api, admin, listener] = await Promise.all([app.api?.(), app.admin?.(), app.listener?.()]);
  return {
    app,
    context,
    api,
    admin,
    listener,
    healthChecks: app.healthChecks?.(context) ?? [],
    metrics: app.metrics?.(context) ?? [],
  };
}

/**
 * Refuses apps that cannot be served together, or not together with the service itself.
 *
 * @throws {AppClashError}
 */
export function refuseServedClashes(apps: readonly LoadedApp[], service: ServiceClaims): void {
  const refuse = (kind: string, taken: readonly string[], values: (app: LoadedApp) => readonly string[]) =>
    refuseClashes(kind, [
      ...taken.map((value): Claim => ({ owner: 'the service itself', value })),
      ...apps.flatMap((loaded) => values(loaded).map((value) => ({ owner: ownerOf(loaded.app), value }))),
    ]);
  refuse('path', service.paths, ({ api }) => (api?.paths ?? []).map(normalPath));
  refuse('resource of the admin', service.resources, ({ admin }) =>
    (admin?.resources ?? []).map(({ id }) => id),
  );
  refuse('health check', service.healthChecks, ({ healthChecks }) => healthChecks.map(({ name }) => name));
  refuse('metric', [], ({ metrics }) => metrics.flatMap(({ names }) => names));
  for (const { app, metrics } of apps) {
    const name = metrics.flatMap(({ names }) => names).find((each) => each.startsWith(service.metricsPrefix));
    if (name !== undefined) {
      throw new AppClashError(
        `The metric "${name}" of ${ownerOf(app)} has a name that is kept for the service itself: it starts with ${service.metricsPrefix}.`,
      );
    }
  }
  refuse('schema of the API', [], ({ api }) => Object.keys(api?.openApi?.schemas ?? {}));
  refuse('security scheme of the API', [], ({ api }) => Object.keys(api?.openApi?.securitySchemes ?? {}));
}

/** Lets requests through to a router that are for paths of its app, and no others. */
export function withinOwnPaths(paths: readonly string[], router: Router): RequestHandler {
  return (request, response, next) => {
    const isOwn = paths.some((path) => isWithin(request.path.toLowerCase(), normalPath(path)));
    if (isOwn) router(request, response, next);
    else next();
  };
}

function isWithin(path: string, owned: string): boolean {
  return path === owned || path.startsWith(`${owned}/`);
}

function normalPath(path: string): string {
  return path.toLowerCase().replace(/\/+$/, '');
}
