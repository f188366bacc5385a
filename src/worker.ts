import { loadInstallation } from './installation.ts';
import { runEntryPoint } from './platform/entry-point.ts';
import { runWorkerProcess } from './queue/engine/engine-process.ts';

// One worker process; an engine forks it.
await runEntryPoint(async () => {
  const { apps, settings } = loadInstallation();
  await runWorkerProcess(settings, apps.taskFunctions);
});
