import type { App, AppScheduleOptions } from '../../app-kit/app.ts';
import { mapRegistrySettings } from './settings.ts';
import { checkAllServices, indexCachedLayers, pruneChecks, registryTasks, tidyTiles } from './tasks.ts';

/** Map services: found, harvested, watched, searched. */
export const mapRegistry: App = {
  name: 'map-registry',
  title: 'Map registry',
  description: 'Finds map services, harvests and checks their layers, and publishes a catalogue of them.',
  settings: mapRegistrySettings,
  tasks: registryTasks,
  schedules: [
    {
      name: 'map_registry.check_all_services',
      taskFunction: checkAllServices,
      args: {},
      options: (platform) => everyMinutes(platform.settingsOf(mapRegistrySettings).checks.periodMinutes),
    },
    {
      name: 'map_registry.index_cached_layers',
      taskFunction: indexCachedLayers,
      args: {},
      options: (platform) => everyMinutes(platform.settingsOf(mapRegistrySettings).indexing.periodMinutes),
    },
    {
      name: 'map_registry.prune_checks',
      taskFunction: pruneChecks,
      args: {},
      options: { scheduleType: 'daily' },
    },
    {
      name: 'map_registry.tidy_tiles',
      taskFunction: tidyTiles,
      args: {},
      options: { scheduleType: 'minutes', minutes: 10 },
    },
  ],
  api: async () => (await import('./api/index.ts')).mapRegistryApi,
  sandbox: async () => (await import('./sandbox/index.ts')).mapRegistrySandbox,
  admin: async () => (await import('./admin/index.ts')).mapRegistryAdmin,
};

/** Slots that were missed are made up for by one task. */
function everyMinutes(minutes: number): AppScheduleOptions {
  return { scheduleType: 'minutes', minutes, catchUp: false };
}
