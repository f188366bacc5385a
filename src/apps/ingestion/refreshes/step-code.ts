import type { StepName } from './plans.ts';
import type { RunStep } from './step.ts';

/** Loads the code of each step when it is first run. */
export const STEP_CODE: Readonly<Record<StepName, () => Promise<RunStep>>> = {
  copy: async () => (await import('../copy/run-copy.ts')).runCopy,
  clean: async () => (await import('../clean/run-clean.ts')).runClean,
  index: async () => (await import('../indexing/run-index.ts')).runIndex,
  update_index: async () => (await import('../indexing/run-update-index.ts')).runUpdateIndex,
  filter_index: async () => (await import('../indexing/run-filter-index.ts')).runFilterIndex,
  verify_copy: async () => (await import('../promotion/run-verify-copy.ts')).runVerifyCopy,
  verify_index: async () => (await import('../promotion/run-verify-index.ts')).runVerifyIndex,
  build_constraints: async () => (await import('../promotion/run-build-constraints.ts')).runBuildConstraints,
  promote: async () => (await import('../promotion/run-promote.ts')).runPromote,
  point_alias: async () => (await import('../promotion/run-point-alias.ts')).runPointAlias,
  delete_index: async () => (await import('../promotion/run-delete-index.ts')).runDeleteIndex,
  roll_back: async () => (await import('../promotion/run-roll-back.ts')).runRollBack,
};
