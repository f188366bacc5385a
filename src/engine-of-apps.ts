import { ensureSchedules } from './app-kit/app-schedules.ts';
import type { Installation } from './installation.ts';
import { migrationFoldersOf } from './migration-folders.ts';
import { siblingModule } from './platform/sibling-module.ts';
import { runEngineProcess } from './queue/engine/engine-process.ts';
import { queueSettings, registerQueues } from './queue/index.ts';

/**
 * Runs one engine with the functions of the installed apps, until a signal stops it; and beside it one for
 * `PRIORITY_QUEUE_NAME`, if that is set and no queue is named.
 *
 * @param queue the queue that it serves. Default: `Q_CLUSTER_NAME`.
 */
export async function runInstalledEngine(
  installation: Installation,
  queue: string | undefined,
): Promise<void> {
  const { queueName, priorityQueueName } = installation.settings.of(queueSettings);
  const served = queue === undefined ? [queueName, priorityQueueName ?? queueName] : [queue];
  // Each has its own workers. Where one fails, the process ends, and what keeps it alive starts both again.
  await Promise.all([...new Set(served)].map((each) => runEngineOf(installation, each)));
}

async function runEngineOf({ apps, settings }: Installation, queueName: string): Promise<void> {
  const { queueName: defaultQueueName } = settings.of(queueSettings);
  await runEngineProcess(settings, {
    queueName,
    taskFunctions: apps.taskFunctions,
    migrated: migrationFoldersOf(apps),
    errorReporters: (platform) => apps.list.flatMap((app) => app.errorReporters?.(platform) ?? []),
    workerModule: siblingModule(import.meta.url, './worker'),
    prepare: async (platform) => {
      const served = apps.list.filter((app) => apps.queueOf(app, defaultQueueName) === queueName);
      await registerQueues(platform.database, [queueName]);
      await ensureSchedules(platform, served, queueName);
    },
  });
}
