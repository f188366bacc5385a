import type { StepRow } from '../shapes.ts';

/** What steps are called. */
export const STEP_LABELS: Readonly<Record<StepRow['name'], string>> = {
  copy: 'Copy',
  clean: 'Clean',
  index: 'Index',
  update_index: 'Update index',
  filter_index: 'Filter index',
  verify_copy: 'Verify',
  verify_index: 'Verify index',
  build_constraints: 'Build indexes and constraints',
  promote: 'Swap tables, point alias',
  point_alias: 'Point alias',
  delete_index: 'Delete index',
  roll_back: 'Swap back',
};

/** Steps that count something else than rows: statements, or the one thing that they do. */
const WITHOUT_ROWS: readonly StepRow['name'][] = [
  'build_constraints',
  'promote',
  'point_alias',
  'delete_index',
  'roll_back',
];

/** How fast a step is, and how long it has to go. */
export interface StepPace {
  readonly seconds: number;
  /** `null` if it has done too little to tell. */
  readonly rowsPerSecond: number | null;
  /** `null` if it has ended, or if it is not known how much there is. */
  readonly remainingSeconds: number | null;
}

/** Shorter than that, a rate says nothing. */
const LEAST_SECONDS = 0.05;

/** Works out how fast a step is. It has begun. @param nowMilliseconds since 1970, by the server's clock. */
export function paceOf(step: StepRow & { readonly began: string }, nowMilliseconds: number): StepPace {
  const until = step.ended === null ? nowMilliseconds : Date.parse(step.ended);
  const seconds = Math.max(0, until - Date.parse(step.began)) / 1_000;
  const { rowsDone, rowsTotal } = step;
  const hasRate = seconds >= LEAST_SECONDS && rowsDone > 0 && !WITHOUT_ROWS.includes(step.name);
  const rowsPerSecond = hasRate ? rowsDone / seconds : null;
  const isKnown = step.state === 'running' && rowsPerSecond !== null && rowsTotal !== null;
  const remainingSeconds = isKnown ? Math.max(0, rowsTotal - rowsDone) / rowsPerSecond : null;
  return { seconds, rowsPerSecond, remainingSeconds };
}
