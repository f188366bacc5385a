import type { App } from '../../app-kit/app.ts';
import { ingestionSettings } from './settings.ts';
import { ingestionTasks, watch } from './tasks.ts';

/** Tables copied from upstream, indexed, and swapped in live. */
export const ingestion: App = {
  name: 'ingestion',
  title: 'Ingestion',
  description: 'Copies tables from an upstream database, indexes them, and swaps them in live.',
  settings: ingestionSettings,
  tasks: ingestionTasks,
  schedules: [
    {
      name: 'ingestion.watch',
      taskFunction: watch,
      args: {},
      options: { scheduleType: 'minutes', minutes: 1 },
    },
  ],
  api: async () => (await import('./api/index.ts')).ingestionApi,
};
