import type { App } from '../../app-kit/app.ts';
import { renderSettings } from './settings.ts';
import { adoptTasks, forgetLeases, renderTask } from './tasks.ts';

/** Orders in pull queues in, PDFs out. */
export const render: App = {
  name: 'render',
  title: 'Worksheets',
  description: 'Renders worksheets as PDFs, ordered and fetched through pull queues.',
  settings: renderSettings,
  tasks: [renderTask, adoptTasks, forgetLeases],
  schedules: [
    {
      name: 'render.adopt',
      taskFunction: adoptTasks,
      args: {},
      options: { scheduleType: 'minutes', minutes: 1 },
    },
    {
      name: 'render.forget_leases',
      taskFunction: forgetLeases,
      args: {},
      options: { scheduleType: 'hourly' },
    },
  ],
  api: async () => (await import('./api/index.ts')).renderApi,
  sandbox: async () => (await import('./sandbox/index.ts')).renderSandbox,
  admin: async () => (await import('./admin/index.ts')).renderAdmin,
};
