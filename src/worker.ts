import { apps } from './installed.ts';
import { runEntryPoint } from './platform/entry-point.ts';
import { runWorkerProcess } from './queue/engine/engine-process.ts';
import { loadSettings } from './settings.ts';

// One worker process; an engine forks it.
await runEntryPoint(() =>
  runWorkerProcess(
    loadSettings(),
    apps.flatMap(({ tasks }) => tasks),
  ),
);
