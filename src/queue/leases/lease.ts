import type { TaskProgress } from '../tasks/task-function.ts';

/** A package that was handed out, and which presentation of it this is. */
export interface Presentation {
  readonly id: string;
  /** 1 for the first presentation. */
  readonly attempt: number;
}

/** A presentation of a task, and the engine that holds it. */
export interface Lease extends Presentation {
  readonly engineId: string;
}

/** A lease that has ended. */
export interface EndedLease extends Lease {
  /** Who cancelled the task; `null` if it was not cancelled. */
  readonly cancelledBy: string | null;
  /** As its function reported last. */
  readonly progress: TaskProgress | null;
}
