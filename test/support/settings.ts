import { loadInstallation, readInstallation } from '../../src/installation.ts';
import { InvalidSettingsError, type ProcessSettings } from '../../src/platform/settings/process-settings.ts';

/** The settings of an installation with the default apps, from an environment of a test. */
export function readSettings(environment: NodeJS.ProcessEnv): ProcessSettings {
  return readInstallation(environment).settings;
}

/** The settings of this process, which a test has started. */
export function loadSettings(): ProcessSettings {
  return loadInstallation().settings;
}

/**
 * Returns what is wrong with settings, a sentence each.
 *
 * @throws {Error} where they are accepted.
 */
export function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    const [heading, ...faults] = error.message.split('\n  ');
    if (heading !== 'These settings need a change (in the environment, or in .env):') throw error;
    return faults;
  }
  throw new Error('These settings were accepted');
}
