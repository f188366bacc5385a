import type { Platform } from '../../../platform/platform.ts';
import { mapRegistrySettings } from '../settings.ts';
import type { SourceSettings } from './map-source.ts';

/** Returns what the settings say to sources. */
export function sourceSettingsOf(platform: Platform): SourceSettings {
  const { worldMapUsername, worldMapPassword, ...sources } = platform.settingsOf(mapRegistrySettings).sources;
  return {
    ...sources,
    worldMapAccount:
      worldMapUsername === undefined
        ? undefined
        : { username: worldMapUsername, password: worldMapPassword ?? '' },
  };
}
