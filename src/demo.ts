import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { chooseInstalledApps } from './installation.ts';
import { loadEnvironmentFile } from './platform/settings/process-settings.ts';
import { siblingModule } from './platform/sibling-module.ts';
import { loadSandboxes } from './standalone/app-sandboxes.ts';
import { dataFolder } from './standalone/data-folder.ts';
import { chooseDemo, demosOf } from './standalone/demo/choose-demo.ts';
import { demoCommandLine } from './standalone/demo/demo-command.ts';
import { standaloneEnvironment } from './standalone/standalone-environment.ts';

// `npm run demo -- [app] […]`: shows what an app does; without an app's name, what the first one does.

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  await run();
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : 1;
  if (!stopping.signal.aborted) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`  ${styleText('red', 'This did not work.')} ${message.replaceAll('\n', '\n  ')}\n`);
  }
}
// Connections that fetch keeps open for a next request would hold the process.
process.exit();

async function run(): Promise<void> {
  loadEnvironmentFile();
  const apps = await loadSandboxes(chooseInstalledApps(standaloneEnvironment(process.env)).list);
  const chosen = chooseDemo(apps, process.argv.slice(2));
  const command = demoCommandLine(chosen, demosOf(apps)).parse([...chosen.args], { from: 'user' });
  const prepared = await chosen.demo.prepare({ args: command.args, options: command.opts() });
  const { runDemo } = await import('./standalone/demo/run-demo.ts');
  await runDemo(prepared, {
    app: chosen.app,
    folder: dataFolder(process.env),
    environment: process.env,
    standaloneScript: fileURLToPath(siblingModule(import.meta.url, './standalone')),
    output: process.stdout,
    signal: stopping.signal,
  });
}
