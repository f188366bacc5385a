import { parseArgs } from 'node:util';
import { runInstalledEngine } from './engine-of-apps.ts';
import { loadInstallation } from './installation.ts';
import { runEntryPoint } from './platform/entry-point.ts';

// One engine: a sentinel and its worker processes, until a signal stops it. `--queue <name>` says which queue it
// serves.
await runEntryPoint(async () => {
  const { values } = parseArgs({ options: { queue: { type: 'string' } } });
  await runInstalledEngine(loadInstallation(), values.queue);
});
