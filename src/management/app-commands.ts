import type { Command } from 'commander';
import type { App } from '../app-kit/app.ts';
import type { AppCommand } from '../app-kit/app-command.ts';
import { titleOf } from '../app-kit/installed-apps.ts';
import { loadInstallation, loadInstalledApps } from '../installation.ts';
import { openPlatform } from '../platform/platform.ts';
import { openTaskQueue, queueSettings } from '../queue/index.ts';

/** Connections of one command. */
const MAXIMUM_CONNECTIONS = 4;

/** Adds the commands of the installed apps, each in the group of its app. */
export function addAppCommands(program: Command): void {
  for (const app of loadInstalledApps().list) {
    for (const command of app.commands ?? []) {
      const added = program
        .command(command.name)
        .description(command.description)
        .helpGroup(`${titleOf(app)}:`);
      command.declare?.(added);
      added.action(() => runAppCommand(app, command, added));
    }
  }
}

async function runAppCommand(app: App, command: AppCommand, typed: Command): Promise<void> {
  const { apps, settings } = loadInstallation();
  const platform = openPlatform(settings, {
    processName: command.name,
    maximumConnections: MAXIMUM_CONNECTIONS,
    logDestination: process.stderr,
  });
  const queueName = apps.queueOf(app, platform.settingsOf(queueSettings).queueName);
  const queue = openTaskQueue(platform, queueName, { taskFunctions: apps.taskFunctions });
  try {
    await command.run({ platform, queue }, { args: typed.args, options: typed.opts() });
  } finally {
    await queue.close();
    await platform.close();
  }
}
