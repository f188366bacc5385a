import type { StageTasks } from './stage.ts';

/** The stages whose work this server does: none yet. */
export const STAGE_TASKS: StageTasks = {};
