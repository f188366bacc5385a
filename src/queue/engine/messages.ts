import type { TaskOutcome, TaskProgress } from '../tasks/task-function.ts';
import type { TaskPackage } from '../tasks/task-package.ts';

/** A task to run, and which presentation of it this is. */
export interface TaskToRun {
  readonly task: TaskPackage;
  readonly attempt: number;
}

/** How an attempt ended, and how long it took. */
export interface AttemptResult {
  readonly taskId: string;
  readonly attempt: number;
  readonly outcome: TaskOutcome;
  readonly milliseconds: number;
  /** When the function began, by the machine's clock. */
  readonly begunMachineMilliseconds: number;
}

/** What a sentinel sends to a worker. Tasks are run one after another, in the order in which they come. */
export type SentinelMessage =
  | { readonly type: 'run'; readonly tasks: readonly TaskToRun[] }
  | { readonly type: 'abort'; readonly taskId: string; readonly reason: string }
  /** Give back what has not begun. */
  | { readonly type: 'recall' }
  | { readonly type: 'stop' };

/** What a worker sends to its sentinel. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'finished'; readonly results: readonly AttemptResult[] }
  | { readonly type: 'returned'; readonly taskIds: readonly string[] }
  | { readonly type: 'progress'; readonly taskId: string; readonly progress: TaskProgress };
