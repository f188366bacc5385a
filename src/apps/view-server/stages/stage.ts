import type { TaskFunction, TaskQueue } from '../../../queue/index.ts';
import type { Stage } from './stage-names.ts';

export { STAGES, type Stage } from './stage-names.ts';

/** The stage that follows each stage. */
export const NEXT_STAGE: Readonly<Record<Stage, Stage | undefined>> = {
  preprocess: 'register',
  register: 'seed',
  seed: undefined,
};

/** The arguments of a stage's task: its row is found by the id of the task. */
export type StageArguments = { readonly stage: Stage; readonly path: string };

/** The task functions of the stages whose work this server does. Items of the others wait for outside workers. */
export type StageTasks = { readonly [Name in Stage]?: TaskFunction<StageArguments, null> };

/** The stages, and the queue that their tasks go to. */
export interface Stages {
  readonly queue: TaskQueue;
  readonly tasks: StageTasks;
  /** How often an item is given to a worker after a push, at most. */
  readonly maximumDeliveries: number;
  /** How many items of one collection are in work at a time. */
  readonly limitsPerCollection: Readonly<Record<Stage, number>>;
}
