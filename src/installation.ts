import type { App } from './app-kit/app.ts';
import { AppClashError } from './app-kit/clashes.ts';
import { AppInstallationError, InstalledApps } from './app-kit/installed-apps.ts';
import { appKitSettings } from './app-kit/settings.ts';
import { COMMAND_NAMES } from './command-names.ts';
import * as installed from './installed.ts';
import {
  InvalidSettingsError,
  loadEnvironmentFile,
  type ProcessSettings,
  readSettings,
} from './platform/settings/process-settings.ts';
import { platformSettings } from './platform/settings.ts';
import { queueSettings } from './queue/index.ts';

/** What runs, and how it is set. */
export interface Installation {
  readonly apps: InstalledApps;
  readonly settings: ProcessSettings;
}

/** The settings of what every installation has. */
export const FLOOR_SECTIONS = [appKitSettings, platformSettings, queueSettings] as const;

const { DEFAULT_APPS, ...apps } = installed;

/** The apps that there are. */
export const AVAILABLE_APPS: readonly App[] = Object.values(apps);

/** What `INSTALLED_APPS` is for all apps that there are, those of the deployed service first. */
export const ALL_APPS = [
  ...new Set([...DEFAULT_APPS.split(','), ...AVAILABLE_APPS.map(({ name }) => name)]),
].join(',');

/**
 * Reads which apps run, and all settings.
 *
 * @param available the apps to choose from.
 * @throws {InvalidSettingsError} that lists everything wrong at once.
 */
export function readInstallation(
  environment: NodeJS.ProcessEnv,
  available: readonly App[] = AVAILABLE_APPS,
): Installation {
  const apps = chooseInstalledApps(environment, available);
  const settings = readSettings(environment, [...FLOOR_SECTIONS, ...apps.sections], {
    defaults: installationDefaults(apps),
  });
  return { apps, settings };
}

/** Returns the defaults that follow from which apps run; by default, those that run where nothing is set. */
export function installationDefaults(
  apps: InstalledApps = chooseInstalledApps({}),
): Readonly<Record<string, string>> {
  return { INSTALLED_APPS: DEFAULT_APPS, Q_CLUSTER_NAME: apps.defaultQueueName };
}

/**
 * Reads the installation of this process: its environment, and `.env` in the working directory for what the environment
 * does not set.
 *
 * @throws {InvalidSettingsError}
 */
export function loadInstallation(): Installation {
  loadEnvironmentFile();
  return readInstallation(process.env);
}

/**
 * Reads which apps run in this process, and nothing else.
 *
 * @throws {InvalidSettingsError}
 */
export function loadInstalledApps(): InstalledApps {
  loadEnvironmentFile();
  return chooseInstalledApps(process.env);
}

/**
 * Reads which apps an environment installs, and nothing else.
 *
 * @throws {InvalidSettingsError}
 */
export function chooseInstalledApps(
  environment: NodeJS.ProcessEnv,
  available: readonly App[] = AVAILABLE_APPS,
): InstalledApps {
  const { installedApps } = readSettings(environment, [appKitSettings], {
    defaults: { INSTALLED_APPS: DEFAULT_APPS },
  }).of(appKitSettings);
  try {
    return InstalledApps.choose(available, installedApps, {
      sections: FLOOR_SECTIONS,
      commands: COMMAND_NAMES,
    });
  } catch (error) {
    if (error instanceof AppClashError || error instanceof AppInstallationError) {
      throw new InvalidSettingsError(error.message, { cause: error });
    }
    throw error;
  }
}
