import type { StageTasks } from './stage.ts';
import { defineStageTask } from './stage-task-function.ts';

/** Makes a package's images cloud-optimised, and stores its files. */
export const preprocessTask = defineStageTask({
  stage: 'preprocess',
  timeoutSeconds: 14_400,
  attempts: 5,
  loadWork: async () => (await import('../preprocessing/preprocess-work.ts')).preprocessWork,
  tasks: () => STAGE_TASKS,
});

/** Reads what is under a prefix, and stores it as a product of the catalogue. */
export const registerTask = defineStageTask({
  stage: 'register',
  timeoutSeconds: 600,
  attempts: 5,
  loadWork: async () => (await import('../registrar/register-work.ts')).registerWork,
  tasks: () => STAGE_TASKS,
});

/** Draws and stores the tiles of an interval. */
export const seedTask = defineStageTask({
  stage: 'seed',
  timeoutSeconds: 6 * 3_600,
  attempts: 5,
  loadWork: async () => (await import('../seeder/seed-work.ts')).seedWork,
  tasks: () => STAGE_TASKS,
});

/** The stages whose work this server does. */
export const STAGE_TASKS: StageTasks = {
  preprocess: preprocessTask,
  register: registerTask,
  seed: seedTask,
};
