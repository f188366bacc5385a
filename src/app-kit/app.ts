import type { HealthCheck } from '../platform/health.ts';
import type { MetricsSource } from '../platform/http/metrics-page.ts';
import type { Platform } from '../platform/platform.ts';
import type { Section } from '../platform/settings/section.ts';
import type {
  AnyTaskFunction,
  DeclaredScheduleOptions,
  ErrorReporter,
  TaskArguments,
} from '../queue/index.ts';
import type { AppAdmin } from './admin/app-admin.ts';
import type { AppApi } from './app-api.ts';
import type { AppCommand } from './app-command.ts';
import type { AppContext } from './app-context.ts';
import type { AppListener } from './app-listener.ts';
import type { AppSandbox } from './sandbox/app-sandbox.ts';

/**
 * An app: everything that it brings, in one object. Only the name is required. The parts that are functions are loaded
 * by the processes that need them: the object itself has to be cheap to import, as every process does that.
 */
export interface App {
  /**
   * Lower-case letters, digits and dashes: `view-server`. It is what `INSTALLED_APPS` names, the folder of its
   * migrations (`migrations/view-server/`), and, with underscores, the Postgres schema of its tables and the first part
   * of the names of its task functions (`view_server.preprocess`).
   */
  readonly name: string;
  /** For people. Default: the name with a capital. */
  readonly title?: string;
  /** One sentence. */
  readonly description?: string;
  readonly settings?: Section<unknown>;
  /** The queue that its tasks go to. Default: its name. */
  readonly queue?: string;
  /** The functions that its workers run. Each loads its code when it is first run. */
  readonly tasks?: readonly AnyTaskFunction[];
  /** Schedules that exist from the first start on; operators may change and pause them. */
  readonly schedules?: readonly AppSchedule[];
  /** What `/health-check/` reports for it. */
  readonly healthChecks?: (context: AppContext) => readonly HealthCheck[];
  /** What `/metrics` reports for it; the names start with the app's. */
  readonly metrics?: (context: AppContext) => readonly AppMetrics[];
  readonly commands?: readonly AppCommand[];
  /** What engines tell of failed attempts at any task, besides Sentry. */
  readonly errorReporters?: (platform: Platform) => readonly ErrorReporter[];
  readonly api?: () => Promise<AppApi>;
  /** What server processes listen for besides HTTP. */
  readonly listener?: () => Promise<AppListener>;
  readonly admin?: () => Promise<AppAdmin>;
  /** Stand-ins and a demo for one machine. `npm start`, `npm run demo` and tests load it, and nothing else. */
  readonly sandbox?: () => Promise<AppSandbox>;
}

/** A schedule that an app brings. */
export interface AppSchedule {
  /** Unique among all schedules. */
  readonly name: string;
  readonly taskFunction: AnyTaskFunction;
  readonly args: TaskArguments;
  /** A function where the settings say when it runs: the schedule follows them, until an operator changes its times. */
  readonly options: AppScheduleOptions | ((platform: Platform) => AppScheduleOptions);
}

/** When the schedule of an app runs, and how its tasks do. */
export type AppScheduleOptions = Omit<DeclaredScheduleOptions, 'name' | 'cluster'>;

/** Metrics of an app, and the names that they have. */
export interface AppMetrics extends MetricsSource {
  readonly names: readonly string[];
}
