import type { AppContext } from '../../../app-kit/app-context.ts';
import { viewServerSettings } from '../settings.ts';
import type { Stages } from './stage.ts';
import { STAGE_TASKS } from './stage-tasks.ts';

/** Returns the stages of this server, whose tasks go to the app's queue. */
export function openStages({ platform, queue }: AppContext): Stages {
  const { maximumDeliveries } = platform.settingsOf(viewServerSettings).items;
  return { queue, tasks: STAGE_TASKS, maximumDeliveries };
}
