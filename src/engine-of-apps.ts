import { ensureSchedules } from './app-kit/app-schedules.ts';
import type { Installation } from './installation.ts';
import { migrationFoldersOf } from './migration-folders.ts';
import { siblingModule } from './platform/sibling-module.ts';
import { runEngineProcess } from './queue/engine/engine-process.ts';
import { queueSettings, registerQueues } from './queue/index.ts';

/**
 * Runs one engine with the functions of the installed apps, until a signal stops it.
 *
 * @param queue the queue that it serves. Default: `Q_CLUSTER_NAME`.
 */
export async function runInstalledEngine(
  { apps, settings }: Installation,
  queue: string | undefined,
): Promise<void> {
  const { queueName: defaultQueueName } = settings.of(queueSettings);
  const queueName = queue ?? defaultQueueName;
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
