import { parseArgs } from 'node:util';
import { apps } from './installed.ts';
import { runEntryPoint } from './platform/entry-point.ts';
import { siblingModule } from './platform/sibling-module.ts';
import { runEngineProcess } from './queue/engine/engine-process.ts';
import { loadSettings } from './settings.ts';

// One engine: a sentinel and its worker processes, until a signal stops it. `--queue <name>` says which queue it
// serves.
await runEntryPoint(async () => {
  const { values } = parseArgs({ options: { queue: { type: 'string' } } });
  await runEngineProcess(loadSettings(), {
    queueName: values.queue,
    taskFunctions: apps.flatMap(({ tasks }) => tasks),
    errorReporters: (platform) => apps.flatMap((app) => app.errorReporters?.(platform) ?? []),
    workerModule: siblingModule(import.meta.url, './worker'),
  });
});
