import type { Router } from 'express';
import type { HealthCheck } from '../platform/health.ts';
import type { OpenApiFragment } from '../platform/http/open-api.ts';
import type { Platform } from '../platform/platform.ts';
import type { AnyTaskFunction, ErrorReporter, TaskQueue } from '../queue/index.ts';
import type { AdminAction } from './admin/action.ts';
import type { AdminResource } from './admin/resource.ts';

/** What an app is given by the process that it runs in. */
export interface AppContext {
  readonly platform: Platform;
  readonly queue: TaskQueue;
}

/** A pipeline on the queue. The server, the engine and the admin loop over the list of apps in `index.ts`. */
export interface App {
  /** The first part of the names of its task functions. */
  readonly name: string;
  /** Its routes, mounted at the root of the API. */
  readonly router: (context: AppContext) => Router;
  /** What the API's description says of those routes. */
  readonly openApi: OpenApiFragment;
  /** The functions that its workers run. */
  readonly tasks: readonly AnyTaskFunction[];
  /** Whom engines tell of failed attempts at any task, beside Sentry where that is configured. */
  readonly errorReporters?: (platform: Platform) => readonly ErrorReporter[];
  /** Its tables, as the admin shows them. */
  readonly adminResources: readonly AdminResource[];
  /** What its pages in the admin read: GET alone, mounted at `/admin/api/apps/{name}`, for whoever is signed in. */
  readonly adminRouter?: (context: AppContext) => Router;
  /** What operators do on those pages. */
  readonly adminActions?: readonly AdminAction[];
  /** What `/health-check/` reports for it. */
  readonly healthChecks: (context: AppContext) => readonly HealthCheck[];
}
