import { waitForDatabase } from '../../platform/database/connection.ts';
import { waitForMigrations } from '../../platform/database/migrations.ts';
import { openPlatform, type Platform } from '../../platform/platform.ts';
import type { ProcessSettings } from '../../platform/settings/process-settings.ts';
import type { ErrorReporter } from '../error-reporters/index.ts';
import { engineSettingsOf, queueSettings } from '../settings.ts';
import type { AnyTaskFunction } from '../tasks/task-function.ts';
import type { Sentinel } from './sentinel.ts';

/** Connections of an engine, beside those of its broker, and those that results are stored on. */
const ENGINE_CONNECTIONS = 4;

/** An engine's statements take milliseconds; a connection that is silent for so long is lost. */
const ENGINE_SILENCE_SECONDS = 10;

/** Connections of a worker: one task at a time, which may tell of its progress beside its work. */
const WORKER_CONNECTIONS = 3;

/** What the functions that an engine runs are, and where its workers begin. */
export interface EngineProcessOptions {
  readonly taskFunctions: readonly AnyTaskFunction[];
  /** The folders of the migrations that it waits for. */
  readonly migrated: readonly string[];
  /** The entry point of a worker process; it calls {@link runWorkerProcess}. */
  readonly workerModule: URL;
  /** What it reports failed attempts to, beside Sentry if that is configured. */
  readonly errorReporters?: (platform: Platform) => readonly ErrorReporter[];
  /** The queue that it serves. Default: `Q_CLUSTER_NAME`. */
  readonly queueName?: string | undefined;
  /** Called before the engine starts, when the database is up to date. */
  readonly prepare?: (platform: Platform) => Promise<void>;
}

/**
 * Runs one engine in this process until SIGTERM or SIGINT: then it takes no more tasks, lets those that run end,
 * and returns. A second signal gives the running tasks back to the queue at once.
 */
export async function runEngineProcess(
  settings: ProcessSettings,
  options: EngineProcessOptions,
): Promise<void> {
  const platform = openPlatform(settings, {
    processName: 'engine',
    maximumConnections: ENGINE_CONNECTIONS,
    silenceTimeoutSeconds: ENGINE_SILENCE_SECONDS,
  });
  const queue = settings.of(queueSettings);
  for (const warning of settings.warnings) platform.logger.warn(warning);
  const stopping = new AbortController();
  const [{ openErrorReporting }, { Sentinel: EngineSentinel }] = await Promise.all([
    import('../error-reporters/index.ts'),
    import('./sentinel.ts'),
  ]);
  const errorReporting = await openErrorReporting(platform, options.errorReporters?.(platform));
  let sentinel: Sentinel | undefined;
  const { promise: signalled, resolve: stop } = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) sentinel?.giveBack();
      stopping.abort();
      stop();
    });
  }
  try {
    await waitForDatabase(platform.database, platform.logger, stopping.signal);
    await waitForMigrations(platform.database, options.migrated, platform.logger, stopping.signal);
    await options.prepare?.(platform);
    sentinel = new EngineSentinel({
      platform,
      engineSettings: engineSettingsOf(queue, options.queueName ?? queue.queueName),
      taskFunctions: options.taskFunctions,
      workerModule: options.workerModule,
      errorReporting,
    });
    try {
      await sentinel.start();
      await signalled;
    } finally {
      await sentinel.stop();
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    await errorReporting.close();
    await platform.close();
  }
}

/** Runs one worker in this process, which a sentinel has forked. It loads nothing of a sentinel's code. */
export async function runWorkerProcess(
  settings: ProcessSettings,
  taskFunctions: readonly AnyTaskFunction[],
): Promise<void> {
  const platform = openPlatform(settings, { processName: 'worker', maximumConnections: WORKER_CONNECTIONS });
  const { runWorker } = await import('./worker.ts');
  await runWorker(platform, taskFunctions);
  await platform.close();
}
