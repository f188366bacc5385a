import type { Stage } from '../stages/stage-names.ts';

/** What stages are called. */
export const STAGE_LABELS: Readonly<Record<Stage, string>> = {
  preprocess: 'Preprocess',
  register: 'Register',
  seed: 'Seed',
};
