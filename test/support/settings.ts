import { loadInstallation, readInstallation } from '../../src/installation.ts';
import type { ProcessSettings } from '../../src/platform/settings/process-settings.ts';

/** The settings of an installation with the default apps, from an environment of a test. */
export function readSettings(environment: NodeJS.ProcessEnv): ProcessSettings {
  return readInstallation(environment).settings;
}

/** The settings of this process, which a test has started. */
export function loadSettings(): ProcessSettings {
  return loadInstallation().settings;
}
