import type { App } from '../../app-kit/app.ts';
import { MODEL_NAMES } from './models/model-names.ts';
import { ingestionSettings } from './settings.ts';
import { ingestionTasks, refreshModel, tidy, watch } from './tasks.ts';
import { ingestionMetrics } from './telling/metrics.ts';

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
    ...MODEL_NAMES.map((model) => ({
      name: `ingestion.tidy ${model}`,
      taskFunction: tidy,
      args: { model },
      options: { scheduleType: 'hourly' as const },
    })),
    // They are there to be switched on: with 0 repeats they never run.
    ...MODEL_NAMES.map((model) => ({
      name: `ingestion.refresh ${model}`,
      taskFunction: refreshModel,
      args: { model },
      options: { scheduleType: 'weekly' as const, repeats: 0 },
    })),
  ],
  metrics: ({ platform }) => [ingestionMetrics(platform)],
  admin: async () => (await import('./admin/index.ts')).ingestionAdmin,
  sandbox: async () => (await import('./sandbox/index.ts')).ingestionSandbox,
  api: async () => (await import('./api/index.ts')).ingestionApi,
};
