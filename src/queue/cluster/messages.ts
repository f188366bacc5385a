import type { TaskOutcome } from '../task-function.ts';
import type { TaskPackage } from '../task-package.ts';

/** What a sentinel tells a worker. */
export type SentinelMessage =
  | { readonly type: 'run'; readonly task: TaskPackage; readonly attempt: number }
  | { readonly type: 'abort'; readonly taskId: string; readonly reason: string }
  | { readonly type: 'stop' };

/** What a worker tells its sentinel. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'finished'; readonly taskId: string; readonly outcome: TaskOutcome };
