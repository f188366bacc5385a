import type { CheckState } from './shapes.ts';

/** Returns how the last check ended. */
export function checkStateOf(lastStatus: boolean | null): CheckState {
  if (lastStatus === null) return 'unchecked';
  return lastStatus ? 'up' : 'down';
}

/** The columns about the checks of a service or a layer, as Postgres returns them. */
export interface CheckedRow {
  readonly checkCount: string;
  readonly successCount: string;
  readonly recentChecks: string;
  readonly lastStatus: boolean | null;
}
