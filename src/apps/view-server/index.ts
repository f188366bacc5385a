import type { App } from '../../app-kit/app.ts';
import { viewServerSettings } from './settings.ts';
import { registerTask } from './stages/stage-tasks.ts';

/** Earth-observation packages in, maps out. */
export const viewServer: App = {
  name: 'view-server',
  title: 'View server',
  description: 'Takes earth-observation packages through their stages: preprocess, register, seed.',
  settings: viewServerSettings,
  tasks: [registerTask],
  listener: async () => (await import('./redis/redis-listener.ts')).redisListener,
};
