import type { AppContext } from '../../../app-kit/app-context.ts';
import { viewServerSettings } from '../settings.ts';
import type { Stages } from './stage.ts';
import { stageLimits } from './stage-limits.ts';
import { STAGE_TASKS } from './stage-tasks.ts';

/** Returns the stages of this server, whose tasks go to the app's queue. */
export function openStages({ platform, queue }: AppContext): Stages {
  return { queue, tasks: STAGE_TASKS, ...stageLimits(platform.settingsOf(viewServerSettings)) };
}
