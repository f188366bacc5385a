import type { App } from '../../app-kit/app.ts';
import { pushCommands } from './commands/push-commands.ts';
import { viewServerHealthChecks } from './monitoring/health-checks.ts';
import { viewServerMetrics } from './monitoring/metrics.ts';
import { purgeTask, tidyTilesTask } from './seeder/tile-tasks.ts';
import { viewServerSettings } from './settings.ts';
import { forgetItemsTask } from './stages/forget-items-task.ts';
import { preprocessTask, registerTask, seedTask } from './stages/stage-tasks.ts';

/** Earth-observation packages in, maps out. */
export const viewServer: App = {
  name: 'view-server',
  title: 'View server',
  description: 'Takes earth-observation packages through their stages: preprocess, register, seed.',
  settings: viewServerSettings,
  tasks: [preprocessTask, registerTask, seedTask, purgeTask, tidyTilesTask, forgetItemsTask],
  schedules: [
    {
      name: 'view_server.tidy_tiles',
      taskFunction: tidyTilesTask,
      args: {},
      options: { scheduleType: 'minutes', minutes: 10 },
    },
    {
      name: 'view_server.forget_items',
      taskFunction: forgetItemsTask,
      args: {},
      options: { scheduleType: 'hourly' },
    },
  ],
  healthChecks: viewServerHealthChecks,
  metrics: ({ platform }) => [viewServerMetrics(platform)],
  commands: pushCommands,
  api: async () => (await import('./api/index.ts')).viewServerApi,
  admin: async () => (await import('./admin/index.ts')).viewServerAdmin,
  sandbox: async () => (await import('./sandbox/index.ts')).viewServerSandbox,
  listener: async () => (await import('./redis/redis-listener.ts')).redisListener,
};
