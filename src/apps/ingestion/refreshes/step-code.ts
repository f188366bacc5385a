import type { StepName } from './plans.ts';
import type { RunStep } from './step.ts';

/** Loads the code of each step when it is first run. */
export const STEP_CODE: Partial<Readonly<Record<StepName, () => Promise<RunStep>>>> = {
  point_alias: async () => (await import('../promotion/run-point-alias.ts')).runPointAlias,
  delete_index: async () => (await import('../promotion/run-delete-index.ts')).runDeleteIndex,
};
