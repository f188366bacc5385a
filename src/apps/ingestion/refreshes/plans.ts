import type { Action } from './actions.ts';
import type { ActiveState, EndedState } from './states.ts';

/** The steps that refreshes are made of; each is a task function of the queue, `ingestion.<name>`. */
export const STEP_NAMES = [
  'copy',
  'clean',
  'index',
  'update_index',
  'filter_index',
  'verify_copy',
  'verify_index',
  'build_constraints',
  'promote',
  'point_alias',
  'delete_index',
  'roll_back',
] as const;

/** One of {@link STEP_NAMES}. */
export type StepName = (typeof STEP_NAMES)[number];

/** A step of a plan. */
export interface PlannedStep {
  readonly name: StepName;
  /** The state of the refresh meanwhile. */
  readonly state: ActiveState;
  /** Its part of the whole progress, in percent; those of a plan are 100 together. */
  readonly percent: number;
}

/** What an action does, in order, and how it ends. */
export interface Plan {
  readonly steps: readonly [PlannedStep, ...PlannedStep[]];
  readonly endState: Extract<EndedState, 'ready' | 'done'>;
}

/** The plan of each action. */
export const PLANS: Readonly<Record<Action, Plan>> = {
  INGEST_UPSTREAM: {
    steps: [
      { name: 'copy', state: 'copying', percent: 45 },
      { name: 'clean', state: 'cleaning', percent: 5 },
      { name: 'index', state: 'indexing', percent: 45 },
      { name: 'verify_copy', state: 'verifying', percent: 5 },
    ],
    endState: 'ready',
  },
  REINDEX: {
    steps: [
      { name: 'index', state: 'indexing', percent: 95 },
      { name: 'verify_index', state: 'verifying', percent: 5 },
    ],
    endState: 'done',
  },
  UPDATE_INDEX: {
    steps: [{ name: 'update_index', state: 'indexing', percent: 100 }],
    endState: 'done',
  },
  PROMOTE: {
    steps: [
      { name: 'build_constraints', state: 'promoting', percent: 80 },
      { name: 'verify_copy', state: 'verifying', percent: 10 },
      { name: 'promote', state: 'promoting', percent: 10 },
    ],
    endState: 'done',
  },
  POINT_ALIAS: {
    steps: [{ name: 'point_alias', state: 'promoting', percent: 100 }],
    endState: 'done',
  },
  DELETE_INDEX: {
    steps: [{ name: 'delete_index', state: 'promoting', percent: 100 }],
    endState: 'done',
  },
  CREATE_AND_POPULATE_FILTERED_INDEX: {
    steps: [{ name: 'filter_index', state: 'indexing', percent: 100 }],
    endState: 'done',
  },
  ROLL_BACK: {
    steps: [{ name: 'roll_back', state: 'promoting', percent: 100 }],
    endState: 'done',
  },
};

/** Returns how far a refresh is, from 0 to 100, when a step of its plan is done to a part from 0 to 1. */
export function progressOf({ steps }: Plan, position: number, part: number): number {
  const before = steps.slice(0, position).reduce((sum, { percent }) => sum + percent, 0);
  const own = (steps[position]?.percent ?? 0) * Math.min(Math.max(part, 0), 1);
  return Math.min(before + own, 100);
}
