import type { StepContext } from '../refreshes/step.ts';
import type { CopiedTable } from './copied-table.ts';
import type { TablePlan } from './copy-plan.ts';
import type { SessionOptions } from './copy-session.ts';
import type { NextTable } from './next-tables.ts';

/** A copy that is under way: what each way of copying works with. */
export interface CopyJob {
  readonly context: StepContext;
  readonly plans: readonly TablePlan[];
  readonly sessions: SessionOptions;
  /** Makes everything that waits give up; each throws the error. */
  readonly stop: (error: Error) => void;
  /** Called with the tables that were made, as soon as they are. */
  readonly onMade: (tables: readonly NextTable[]) => void;
}

/** Copies the tables of a job; returns what each has come to, by its name. */
export type CopyTables = (job: CopyJob) => Promise<Readonly<Record<string, CopiedTable>>>;
